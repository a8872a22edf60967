/** Options that are plain values: the module reads them. */
export const plainOptions = [
  ...['checkInterval', 'refreshWindow', 'adaptiveWindow', 'refreshTimeout', 'spread', 'idleTimeout', 'idleWarning'],
  ...['activity', 'maxSessionLifespan', 'sessionWarning', 'signedInAt', 'refreshWhileIdle', 'expectedAudience'],
  ...['expectedIssuer', 'accessTokenFormat'],
] as const;

/** Every option. */
export const optionNames = [
  ...['tokens', 'refresh', 'signOut', ...plainOptions, 'probe'],
  ...['allowedOrigins', 'storage', 'name', 'tabs', 'signal'],
];
