// `npm run test:fuzz`: random bytes into each fuzz target, beginning with its corpus and drawn from one seed, so that a run
// can be repeated. Words after `--` name targets; `--runs 10000000` makes a long run, `--seed 2` another one.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { at } from './lib/project.mjs';
import { capture, run } from './lib/run.mjs';
import { inSteps, main, reminding, seconds } from './lib/steps.mjs';
import { added, summary } from './lib/tally.mjs';
import { cargoTool, environmentWith, nightly, rust } from './lib/toolchain.mjs';

const { values, positionals: named } = parseArgs({
  options: { runs: { type: 'string', default: '200000' }, seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const runs = Number(values.runs);

// The crate forbids unsafe code, so the address sanitizer would find nothing and take most of the time.
const project = ['--fuzz-dir', at('tests/fuzz'), '--target-dir', at('target/fuzz/build'), '--sanitizer', 'none'];
const found = at('target/fuzz/found');

await main(async () => {
  const known = readdirSync(at('tests/fuzz/fuzz_targets')).map((file) => basename(file, '.rs'));
  const unknown = named.filter((target) => !known.includes(target));
  if (unknown.length > 0) throw new Error(`no fuzz target is called ${unknown[0]}; there are ${known.join(', ')}`);
  if (!(runs >= 1)) throw new Error(`--runs ${values.runs} is not a number of executions`);
  const total = await fuzz(named.length > 0 ? named : known);
  console.log(summary(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
});

async function fuzz(targets) {
  const toolchain = await nightly();
  let total = { passed: 0, failed: 0, skipped: 0 };
  if (!toolchain) {
    for (const target of targets)
      console.log(`${target}: skipped, since Rust's nightly is missing (rustup install nightly)`);
    return { ...total, skipped: targets.length };
  }
  const cargoFuzz = (...args) => [`+${toolchain}`, 'fuzz', ...args];
  const env = environmentWith(['cargo-fuzz']);
  await inSteps([
    ['Rust with its wasm target', rust],
    ['cargo-fuzz (a minute the first time)', () => cargoTool('cargo-fuzz')],
    ['the fuzz targets', () => run('cargo', cargoFuzz('build', ...project), { env })],
  ]);
  for (const [index, target] of targets.entries()) {
    const label = `[${index + 1}/${targets.length}] ${target}`;
    total = added(total, await fuzzOne(label, target, (args) => [cargoFuzz('run', ...project, ...args), { env }]));
  }
  return total;
}

async function fuzzOne(label, target, command) {
  const grown = at('target/fuzz/corpus', target);
  rmSync(grown, { recursive: true, force: true });
  for (const folder of [grown, found]) mkdirSync(folder, { recursive: true });
  const limits = [`-runs=${runs}`, `-seed=${values.seed}`, '-max_len=256', '-timeout=60', '-print_final_stats=1'];
  const corpora = [grown, at('tests/fuzz/corpus', target)];
  const [args, options] = command([
    target,
    ...corpora,
    '--',
    ...limits,
    `-artifact_prefix=${join(found, `${target}-`)}`,
  ]);

  const from = performance.now();
  console.log(`${label}: ${counted(runs)} from seed ${values.seed} ...`);
  const { code, output } = await reminding(label, (tell) => {
    const onLine = (line) => {
      const [, executed] = /^#(\d+)/.exec(line) ?? [];
      if (executed) tell(counted(executed));
    };
    return capture('cargo', args, { ...options, onLine });
  });
  const executed = Number(/stat::number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? 0);
  const well = code === 0 && executed >= runs;
  if (!well) console.log(output.slice(Math.max(output.search(/^thread .* panicked|^==\d+== ERROR/m), 0)));
  const end = well ? 'no crash' : `then it ended with ${code}; the input of a crash is in ${found}`;
  console.log(`${label}: ${counted(executed)} in ${seconds(from)}, ${end}`);
  return { passed: Number(well), failed: Number(!well) };
}

function counted(executions) {
  return `${Number(executions).toLocaleString('en')} executions`;
}
