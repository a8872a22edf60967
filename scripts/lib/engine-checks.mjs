// Checks that run in each engine: scenarios, real servers, and what of both waits for real time.
import { check, vitest } from './checks.mjs';
import { inOwnNetwork } from './network.mjs';
import { at } from './project.mjs';

export const allEngines = ['chromium', 'firefox', 'webkit'];

/** Engines by name, all where none is named; the other words are parts of the names of files. */
export function chosenEngines(words) {
  const engines = allEngines.filter((engine) => words.includes(engine));
  return {
    engines: engines.length > 0 ? engines : allEngines,
    files: words.filter((word) => !allEngines.includes(word)),
  };
}

/** What pages and their types need. */
export const pageBuild = check('build', 'node', [at('scripts/build.mjs')]);

export const scenariosIn = inEngine('scenarios', '');
export const serversIn = inEngine('servers', '-servers');
export const longScenariosIn = inEngine('long scenarios', '-long');
export const longServersIn = inEngine('servers in real time', '-servers-long');

function inEngine(what, project) {
  return (engine, { files, shard } = {}) => ({
    engine,
    ...vitest(`${what} in ${engine}${shard ? `, part ${shard}` : ''}`, engine + project, {
      files,
      shard,
      // WebKit asks the machine whether it is online, so a test must be able to take its network away.
      wrap: engine === 'webkit' ? inOwnNetwork : undefined,
    }),
  });
}
