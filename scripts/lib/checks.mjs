// The checks of `npm test`. Each has a name, and a `run` that resolves to { passed, failed, output, report?, note? }.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { findBrowser } from './browser.mjs';
import { npmLicences } from './licences.mjs';
import { at, environment, wasmTarget } from './project.mjs';
import { capture } from './run.mjs';
import { cargoTotals, judged, summaryTotals, vitestTotals } from './tally.mjs';
import { cargoTool, environmentWith } from './toolchain.mjs';

const wasmBuild = check('build of the wasm', 'node', [at('scripts/build.mjs'), '--wasm']);
const build = check('build, within its size limit', 'node', [at('scripts/build.mjs')]);

const manifestOf = (crate) => ['--manifest-path', at(crate, 'Cargo.toml')];
const crateOfTests = (name) => [...manifestOf(`tests/${name}`), '--target-dir', at('target', name)];
const clippy = (...what) => ['clippy', '--locked', ...what, '--', '-D', 'warnings'];

const format = [
  check('format of TypeScript, JavaScript, JSON and CSS (biome)', 'biome', ['format', '.']),
  check('format of Rust (cargo fmt)', 'cargo', ['fmt', '--check']),
  ...['tests/fuzz', 'tests/fleet', 'tests/model', 'scripts/bindgen'].map((crate) =>
    check(`format of ${crate} (cargo fmt)`, 'cargo', ['fmt', '--check', ...manifestOf(crate)]),
  ),
];
const lint = [
  check('lint of TypeScript, JavaScript, JSON and CSS (biome)', 'biome', ['lint', '--error-on-warnings', '.']),
  check('lint of Rust (clippy)', 'cargo', clippy('--all-targets')),
  check('lint of the simulated world (clippy)', 'cargo', clippy(...crateOfTests('fleet'), '--all-targets')),
  check('lint of the model (clippy)', 'cargo', clippy(...crateOfTests('model'), '--all-targets')),
  check('lint of Rust for wasm (clippy)', 'cargo', clippy('--all-targets', '--target', wasmTarget)),
];
const types = [check('types (tsc)', 'tsc', ['--noEmit']), vitest('type tests (vitest)', 'types')];
const nativeTests = suite('native tests (cargo test)', 'cargo', ['test', '--locked']);
const worlds = suite('simulated worlds of tabs (cargo test)', 'cargo', ['test', '--locked', ...crateOfTests('fleet')]);
const model = suite('model of tabs (cargo test)', 'cargo', ['test', '--locked', ...crateOfTests('model')]);
const unit = vitest('unit tests in TypeScript (vitest)', 'unit');

const licences = [
  check(
    'licences of the crates (cargo deny)',
    'cargo',
    ['deny', '--locked', 'check', 'licenses', 'bans', 'sources'],
    () => environmentWith(['cargo-deny']),
  ),
  { name: 'licences of the npm packages', run: async () => npmLicences() },
];
const wasm = suite('wasm tests in Chromium (wasm-pack)', 'wasm-pack', ['test', '--headless', '--chrome'], () =>
  environmentWith(['wasm-bindgen-cli', 'wasm-pack'], { CHROMEDRIVER: findBrowser().chromedriver }),
);
const module = vitest('the module by wasm-pack, in Chromium (vitest)', 'module');
const pack = vitest('the packed tarball, in Node and Chromium (vitest)', 'pack');
/** The packed tarball in applications of a dozen tools. */
export const tools = suite(
  'the packed tarball under every bundler',
  'node',
  [at('scripts/test-pack.mjs')],
  environment,
  summaryTotals,
);
const e2e = vitest('end to end in Chromium (vitest)', 'e2e');
const scenarios = vitest('scenarios in Chromium (vitest)', 'chromium');

const native = [nativeTests, worlds, model];

/** What `npm test` needs beside the npm packages and a browser. */
export const cargoToolSteps = ['wasm-bindgen-cli', 'wasm-pack', 'cargo-deny'].map((crate) => [
  `${crate} (a minute the first time)`,
  () => cargoTool(crate),
]);

// Stages of lanes of checks. What waits for browsers runs beside what computes.
export const fastStages = [[[wasmBuild]], [[...format, ...lint, ...types, ...native, unit]]];
export const allStages = [
  [[build]],
  [[...format, ...lint, ...licences, ...native, wasm, module], [...types, unit, pack, e2e], [scenarios]],
];

/** A program that says by its exit code whether all is well. */
export function check(name, program, args, env = environment) {
  const run = async (onLine) => {
    const { code, output } = await capture(program, args, { env: env(), onLine });
    return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
  };
  return { name, run };
}

/** A program that runs many tests and prints their totals: as cargo does, or by what `totals` reads. */
export function suite(name, program, args, env = environment, totals = cargoTotals) {
  const run = async (onLine) => {
    const { code, output } = await capture(program, args, { env: env(), onLine });
    return { ...judged(totals(output), code), output };
  };
  return { name, run };
}

/**
 * A project of vitest.config.ts, or those of its files whose names have one of these words in them, or a shard of it, such as
 * `1/2`. `wrap` may change the command.
 */
export function vitest(name, project, { files = [], shard, wrap = (...command) => command } = {}) {
  const file = at('target', 'vitest', `${[project, ...(shard?.split('/') ?? [])].join('-')}.json`);
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  if (shard) options.push(`--shard=${shard}`);
  const command = wrap('vitest', ['run', '--project', project, ...options, ...files]);
  const run = async (onLine) => {
    rmSync(file, { force: true });
    const { code, output } = await capture(...command, { env: environment({ NO_COLOR: '1' }), onLine });
    const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : nothingRan;
    return { ...judged(vitestTotals(report), code), output, report };
  };
  return { name, run };
}

const nothingRan = { numPassedTests: 0, numFailedTests: 0, testResults: [] };
