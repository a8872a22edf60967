// The real servers of tests/servers: each is brought into the cache once, and what keeps it away is told.
import { bringFeathers } from './servers/better-forms.mjs';
import { keycloak } from './servers/keycloak.mjs';
import { bringOpenWebUi } from './servers/open-webui.mjs';

/** What `npm run test:servers` does before its checks: pairs of a name and a step. */
export const serverSteps = [
  ['Keycloak (a minute the first time)', keycloak],
  ['Open WebUI (half a minute the first time)', bringOpenWebUi],
  ['Feathers, which BetterForms is built with', bringFeathers],
];
