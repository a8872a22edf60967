export default class Keycloak {
  constructor(configuration: { url: string; realm: string; clientId: string });
  token?: string;
  refreshToken?: string;
  idToken?: string;
  init(options: {
    onLoad?: 'login-required' | 'check-sso';
    pkceMethod?: 'S256' | false;
    checkLoginIframe?: boolean;
  }): Promise<boolean>;
  updateToken(minValidity?: number): Promise<boolean>;
  login(): Promise<void>;
  logout(): Promise<void>;
}
