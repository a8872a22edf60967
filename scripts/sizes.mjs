// `npm run sizes`: measures dist/ as it was built last, and writes the size table of README.md.
import { writeSizes } from './lib/sizes.mjs';
import { main } from './lib/steps.mjs';

await main(writeSizes);
