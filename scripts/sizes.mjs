// `npm run sizes`: measures dist/ as it was built last, and writes the figures of docs/size.md and README.md.
import { writeSizes } from './lib/sizes.mjs';
import { main } from './lib/steps.mjs';

await main(writeSizes);
