export interface User {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly expires_at?: number;
  readonly expires_in: number | undefined;
  readonly expired: boolean | undefined;
}
export declare class UserManager {
  constructor(settings: {
    authority: string;
    client_id: string;
    redirect_uri: string;
    scope?: string;
    automaticSilentRenew?: boolean;
    silent_redirect_uri?: string;
  });
  readonly events: {
    addSilentRenewError(callback: (error: Error) => void): () => void;
    addAccessTokenExpired(callback: () => void): () => void;
  };
  getUser(): Promise<User | null>;
  signinSilent(): Promise<User | null>;
  signinRedirect(): Promise<void>;
  signinCallback(): Promise<User | undefined>;
  signoutRedirect(args?: { id_token_hint?: string }): Promise<void>;
  removeUser(): Promise<void>;
}
