// As much of oidc-provider as oidc.ts uses; it has no types of its own.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Saved {
    save(): Promise<string>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: object);
    readonly Client: { find(id: string): Promise<object> };
    readonly Grant: new (
      of: object,
    ) => Saved & { addOIDCScope(scope: string): void };
    readonly RefreshToken: new (
      of: object,
    ) => Saved;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    on(event: 'grant.success' | 'grant.revoked', listener: (context: unknown) => void): void;
    on(event: 'grant.error' | 'server_error', listener: (context: unknown, error: ProviderError) => void): void;
  }

  interface ProviderError extends Error {
    error_detail?: string;
  }
}

declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  export function createMemoryAdapter(): (model: string) => object;
}
