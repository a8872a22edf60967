// What `npm run test:long` runs beside browsers and servers, and its table.
import { check, suite } from './checks.mjs';
import { at, environment } from './project.mjs';
import { numbers } from './scenario-table.mjs';
import { summary, summaryTotals } from './tally.mjs';

/** A script of this project that takes long; its lines that match are its figures. */
const long = (made, figure) => ({ ...made, figuresIn: (output) => output.match(figure) ?? [] });
const script = (name, ...args) => [name, 'node', [at('scripts', args[0]), ...args.slice(1)]];

export const worlds = long(
  check(...script('a million worlds of tabs, from seed 1', 'worlds.mjs', '--worlds', '1000000', '--keep-going')),
  /^ {2}(?:worlds|events|generations|successors lost): \d+$|^broken: .*$/gm,
);

export const models = [
  ['3', 'message'],
  ['3', 'answer'],
  ['3', 'kill'],
  ['3', 'slow'],
  ['3', 'deaf'],
  ['3', 'block'],
  ['3', 'kill,block'],
  ['3', 'freeze'],
  ['2', 'message,answer,kill,deaf,slow'],
].map(([tabs, faults]) =>
  long(
    check(...script(`model of ${tabs} tabs: ${faults}`, 'model.mjs', '--tabs', tabs, '--faults', faults)),
    /\d+ states.*|broken: .*/g,
  ),
);

export const fuzz = ['session', 'settings', 'token'].map((target) =>
  long(
    suite(...script(`fuzz target ${target}`, 'fuzz.mjs', '--runs', '1000000', target), environment, summaryTotals),
    /[\d,]+ executions in .*/g,
  ),
);

/** What each check came to, and a row for each thing that it counted. */
export function figures(results) {
  const rows = results.flatMap(({ name, ms, engine, report, output = '', figuresIn, ...result }) => {
    const found = report ? numbers(engine, report) : (figuresIn?.(output) ?? []);
    const head = `| ${name} | ${summary(result)} | ${Math.round(ms / 1000)} s |`;
    return found.length > 0
      ? found.map((figure, index) => `${index ? '| | | |' : head} ${figure.trim()} |`)
      : [`${head} |`];
  });
  return ['| what | result | took | figures |', '|---|---|---|---|', ...rows].join('\n');
}
