// @ts-check
import { createDemoServer } from './server/demo-server.mjs';

const DEFAULT_PORT = 4173;
const PORTS_TO_TRY = 20;

const server = createDemoServer(process.env.HOST ? { host: process.env.HOST } : {});
const url = await listen(Number(process.env.PORT ?? DEFAULT_PORT));
console.log(`The evertoken demo: ${url}/`);

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => void server.close());
}

/** Takes the first free port, from the wanted one upwards.
 * @param {number} wanted */
async function listen(wanted) {
  for (let port = wanted; ; port += 1) {
    try {
      return await server.listen(port);
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken || port >= wanted + PORTS_TO_TRY) throw error;
    }
  }
}
