import { createEvertoken } from 'evertoken/svelte';
import { startSession } from './session';

export const evertoken = createEvertoken(startSession);

import.meta.hot?.dispose(() => evertoken.stop());
