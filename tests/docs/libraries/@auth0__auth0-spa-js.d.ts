interface AuthorizationParams {
  redirect_uri?: string;
  audience?: string;
  scope?: string;
}
type VerboseResponse = {
  id_token: string;
  token_type: string;
  access_token: string;
  expires_in: number;
  scope?: string;
};
export interface Auth0Client {
  getTokenSilently(options: { cacheMode?: 'on' | 'off'; detailedResponse: true }): Promise<VerboseResponse>;
  getTokenSilently(options?: { cacheMode?: 'on' | 'off' }): Promise<string>;
  logout(options?: { logoutParams?: { returnTo?: string } }): Promise<void>;
}
export declare function createAuth0Client(options: {
  domain: string;
  clientId: string;
  useRefreshTokens?: boolean;
  authorizationParams?: AuthorizationParams;
}): Promise<Auth0Client>;
