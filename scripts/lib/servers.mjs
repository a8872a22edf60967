// The real servers of tests/servers: each is brought into the cache once, and what keeps it away is told.
import { bringOpenWebUiWheel } from './servers/open-webui-wheel.mjs';

/** What `npm run test:servers` does before its checks: pairs of a name and a step. */
export const serverSteps = [["Open WebUI's wheel", bringOpenWebUiWheel]];
