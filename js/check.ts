export { parseDuration, parseMinutes } from './check/duration.js';
export { type Finding, type FindingCode, findingCodes, type Severity } from './check/findings.js';
export { type Grammar, type GrammarForm, type GrammarName, grammars } from './check/grammars.js';
export type { CheckedOptions } from './check/options.js';
export type {
  BetterFormsServer,
  CheckedServer,
  KeycloakServer,
  LightNapServer,
  OAuthServer,
  OpenWebUiServer,
} from './check/servers.js';
export { checkSettings } from './check/settings.js';
