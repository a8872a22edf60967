/** The words that cross to wasm, where each is its number: those of src/core/words.rs, in its order. */
export const words: readonly string[] = (
  'tokens refresh signOut checkInterval refreshWindow adaptiveWindow refreshTimeout spread idleTimeout idleWarning ' +
  'activity maxSessionLifespan sessionWarning signedInAt refreshWhileIdle expectedAudience expectedIssuer probe ' +
  'accessTokenFormat accessToken expiresIn expiresAt refreshToken refreshExpiresIn refreshExpiresAt idToken scope ' +
  'access_token expires_in expires_at refresh_token refresh_expires_in refresh_expires_at id_token exp iat nbf ' +
  'auth_time sub iss aud attempt attempts status reason kind error generation retryAt sessionStart lastActivity at ' +
  'epoch session endsAt clockSkew signOuts revokeOnly ended message answer dueAt nextCheckAt idleEndsAt sessionEndsAt ' +
  'subject lastFailure type detail by because retryAfter date failedToken stored duration snapshot unusable warnings ' +
  'tracksInput code option about record notBefore firm told busyUntil rotates effect abandon settle emit save lock ' +
  'unlock sync send ready wake caller token how after ask end window lifetime input manual auto jwt opaque starting ' +
  'active expired idle in-flight waiting offline signed-out max-lifespan refresh-rejected token-expired token-refused ' +
  'replaced start due retry requested unauthorized network timeout http unreadable thrown rejected invalid_request ' +
  'invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope access_denied login_required ' +
  'interaction_required server_error temporarily_unavailable started refreshed expiring refreshfailed idlewarning ' +
  'idlewarningcleared sessionexpiring signoutfailed this-tab another-tab refresh-token ERR_INVALID_OPTION ' +
  'ERR_INVALID_DURATION ERR_TOKEN_MALFORMED ERR_TOKEN_TOO_LARGE ERR_TOKEN_PAYLOAD ERR_TOKEN_CLAIM ERR_TOKEN_SET ' +
  'ERR_TOKEN_REFUSED ERR_SESSION_ENDED ERR_TOKEN_UNAVAILABLE ERR_STOPPED'
).split(' ');

/** Those that wasm knows. */
export const plainOptions = words.slice(0, 19);
