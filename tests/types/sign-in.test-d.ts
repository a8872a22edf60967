import { expectTypeOf, test } from 'vitest';
import { type BetterFormsSettings, betterForms, signIn as toBetterForms } from '../../js/servers/better-forms.js';
import {
  type LightNapRejected,
  type LightNapSettings,
  lightnap,
  signIn as toLightNap,
} from '../../js/servers/lightnap.js';
import { type NextStep, openWebUi, type SignedIn, signIn as toOpenWebUi } from '../../js/servers/open-webui.js';
import type { Options, Session, TokenSet } from '../../js/types.js';

declare const session: Session;
const url = 'https://app.example.com';

test('a profile is spread beside options of one’s own', () => {
  expectTypeOf({ ...lightnap({ url }), idleTimeout: '30m' }).toExtend<Options>();
  expectTypeOf({ ...openWebUi({ url: new URL(url) }), storage: 'session' as const }).toExtend<Options>();
  expectTypeOf({ ...betterForms({ url, audience: [url] }), maxSessionLifespan: '8h' }).toExtend<Options>();
});

test('what a sign-in brings is told apart by what is there', () => {
  for (const signIn of [toLightNap, toOpenWebUi])
    expectTypeOf(signIn).returns.resolves.toEqualTypeOf<SignedIn | NextStep>();
  const use = ({ tokens, nextStep }: SignedIn | NextStep) => {
    if (tokens) {
      session.setTokens(tokens);
      expectTypeOf(nextStep).toEqualTypeOf<undefined>();
    } else expectTypeOf(nextStep).toEqualTypeOf<string>();
  };
  expectTypeOf(use).returns.toBeVoid();
});

test('where there is no next step, there are tokens', () => {
  expectTypeOf<Awaited<ReturnType<typeof toBetterForms>>['tokens']>().toEqualTypeOf<TokenSet>();
});

test('each takes its own credentials, and may be given up', () => {
  const { signal } = new AbortController();
  const [login, email, password] = ['ada', 'ada@example.com', 'demo'];
  toLightNap({ url }, { login, password, rememberMe: true, deviceDetails: 'kiosk' }, { signal });
  toOpenWebUi({ url }, { email, password }, { signal });
  toBetterForms({ url }, { email, password }, {});
  // @ts-expect-error LightNap has a login
  toLightNap({ url }, { email, password });
  // @ts-expect-error Open WebUI has an e-mail address
  toOpenWebUi({ url }, { login, password });
  // @ts-expect-error without a password
  toBetterForms({ url }, { email });
});

test('settings', () => {
  expectTypeOf<LightNapSettings['onRejected']>().toEqualTypeOf<((error: LightNapRejected) => void) | undefined>();
  expectTypeOf<BetterFormsSettings['audience']>().toEqualTypeOf<string | readonly string[] | undefined>();
  // @ts-expect-error minutes are a number
  lightnap({ url, expirationMinutes: '20' });
  // @ts-expect-error Open WebUI's tokens say it themselves
  openWebUi({ url, jwtExpiresIn: '4w' });
  // @ts-expect-error no url
  betterForms({ audience: url });
});
