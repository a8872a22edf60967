//! The words that cross to JavaScript: names of members, and values that are one of a few. In the browser each is its number here,
//! and `js/words.ts` has the same list; a test compares the two.

macro_rules! words {
    ($($word:ident $text:literal)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Word {
            $($word,)*
        }

        impl Word {
            pub const ALL: &[Word] = &[$(Word::$word,)*];

            pub fn as_str(self) -> &'static str {
                match self {
                    $(Word::$word => $text,)*
                }
            }
        }
    };
}

impl Word {
    /// The word that a text spells.
    pub fn of(text: &str) -> Option<Word> {
        Word::ALL.iter().copied().find(|word| word.as_str() == text)
    }
}

words! {
    // Options, first in the list of all that there are.
    Tokens "tokens"
    Refresh "refresh"
    SignOut "signOut"
    CheckInterval "checkInterval"
    RefreshWindow "refreshWindow"
    AdaptiveWindow "adaptiveWindow"
    RefreshTimeout "refreshTimeout"
    Spread "spread"
    IdleTimeout "idleTimeout"
    IdleWarning "idleWarning"
    Activity "activity"
    MaxSessionLifespan "maxSessionLifespan"
    SessionWarning "sessionWarning"
    SignedInAt "signedInAt"
    RefreshWhileIdle "refreshWhileIdle"
    ExpectedAudience "expectedAudience"
    ExpectedIssuer "expectedIssuer"
    Probe "probe"
    AccessTokenFormat "accessTokenFormat"

    // Token sets, in this library's spelling and in RFC 6749's.
    AccessToken "accessToken"
    ExpiresIn "expiresIn"
    ExpiresAt "expiresAt"
    RefreshToken "refreshToken"
    RefreshExpiresIn "refreshExpiresIn"
    RefreshExpiresAt "refreshExpiresAt"
    IdToken "idToken"
    Scope "scope"
    WireAccessToken "access_token"
    WireExpiresIn "expires_in"
    WireExpiresAt "expires_at"
    WireRefreshToken "refresh_token"
    WireRefreshExpiresIn "refresh_expires_in"
    WireRefreshExpiresAt "refresh_expires_at"
    WireIdToken "id_token"

    // Claims.
    Exp "exp"
    Iat "iat"
    Nbf "nbf"
    AuthTime "auth_time"
    Sub "sub"
    Iss "iss"
    Aud "aud"

    // Members of several records: those with the smallest numbers take one byte in the wasm.
    Attempt "attempt"
    Attempts "attempts"
    Status "status"
    Reason "reason"
    Kind "kind"
    Error "error"
    Generation "generation"
    RetryAt "retryAt"
    SessionStart "sessionStart"
    LastActivity "lastActivity"
    At "at"
    Epoch "epoch"
    Session "session"
    EndsAt "endsAt"
    ClockSkew "clockSkew"
    SignOuts "signOuts"
    RevokeOnly "revokeOnly"
    Ended "ended"
    Message "message"
    Answer "answer"

    // Snapshots, and the details of events.
    DueAt "dueAt"
    NextCheckAt "nextCheckAt"
    IdleEndsAt "idleEndsAt"
    SessionEndsAt "sessionEndsAt"
    Subject "subject"
    LastFailure "lastFailure"
    Type "type"
    Detail "detail"
    By "by"
    Because "because"

    // What is told of an event, and after one.
    RetryAfter "retryAfter"
    Date "date"
    FailedToken "failedToken"
    Stored "stored"
    Duration "duration"
    Snapshot "snapshot"
    Unusable "unusable"
    Warnings "warnings"
    TracksInput "tracksInput"
    Code "code"
    Option "option"
    About "about"

    // The record.
    Record "record"
    NotBefore "notBefore"
    Firm "firm"
    Told "told"
    BusyUntil "busyUntil"
    Rotates "rotates"

    // What is to be done.
    Effect "effect"
    Abandon "abandon"
    Settle "settle"
    Emit "emit"
    Save "save"
    Lock "lock"
    Unlock "unlock"
    Sync "sync"
    Send "send"
    Ready "ready"
    Wake "wake"
    Caller "caller"
    Token "token"
    How "how"
    After "after"

    // What tabs tell each other.
    Ask "ask"
    End "end"

    // Values of options.
    Window "window"
    Lifetime "lifetime"
    Input "input"
    Manual "manual"
    Auto "auto"
    Jwt "jwt"
    Opaque "opaque"

    // Statuses.
    Starting "starting"
    Active "active"
    Expired "expired"
    Idle "idle"
    InFlight "in-flight"
    Waiting "waiting"
    Offline "offline"

    // Ends.
    SignedOut "signed-out"
    MaxLifespan "max-lifespan"
    RefreshRejected "refresh-rejected"
    TokenExpired "token-expired"
    TokenRefused "token-refused"
    Replaced "replaced"

    // Refreshes, and how they fail.
    Start "start"
    Due "due"
    Retry "retry"
    Requested "requested"
    Unauthorized "unauthorized"
    Network "network"
    Timeout "timeout"
    Http "http"
    Unreadable "unreadable"
    Thrown "thrown"
    Rejected "rejected"

    // The registered codes of RFC 6749 section 5.2, RFC 8628 and OpenID Connect that a token endpoint may answer with.
    InvalidRequest "invalid_request"
    InvalidClient "invalid_client"
    InvalidGrant "invalid_grant"
    UnauthorizedClient "unauthorized_client"
    UnsupportedGrantType "unsupported_grant_type"
    InvalidScope "invalid_scope"
    AccessDenied "access_denied"
    LoginRequired "login_required"
    InteractionRequired "interaction_required"
    ServerError "server_error"
    TemporarilyUnavailable "temporarily_unavailable"

    // Events.
    Started "started"
    Refreshed "refreshed"
    Expiring "expiring"
    RefreshFailed "refreshfailed"
    IdleWarningEvent "idlewarning"
    IdleWarningCleared "idlewarningcleared"
    SessionExpiring "sessionexpiring"
    SignOutFailed "signoutfailed"
    ThisTab "this-tab"
    AnotherTab "another-tab"
    RefreshTokenEnd "refresh-token"

    // Errors.
    InvalidOption "ERR_INVALID_OPTION"
    InvalidDuration "ERR_INVALID_DURATION"
    TokenMalformed "ERR_TOKEN_MALFORMED"
    TokenTooLarge "ERR_TOKEN_TOO_LARGE"
    TokenPayload "ERR_TOKEN_PAYLOAD"
    TokenClaim "ERR_TOKEN_CLAIM"
    TokenSet "ERR_TOKEN_SET"
    TokenRefusedError "ERR_TOKEN_REFUSED"
    SessionEnded "ERR_SESSION_ENDED"
    TokenUnavailable "ERR_TOKEN_UNAVAILABLE"
    Stopped "ERR_STOPPED"
}
