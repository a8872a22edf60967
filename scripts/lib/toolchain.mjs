// Rust, the npm packages and the Cargo tools: what has to be there before anything is built. Node builtins alone.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { at, cache, environment, lockedVersion, wasmTarget } from './project.mjs';
import { capture, exists, outputOf, run } from './run.mjs';

const suffix = process.platform === 'win32' ? '.exe' : '';
const buildFolder = at('target', 'tools');

// Tools run for seconds and are built once: a debug build without debug information is ready soonest.
const quickBuild = { CARGO_PROFILE_DEV_DEBUG: '0', CARGO_PROFILE_DEV_INCREMENTAL: 'false' };

export async function rust() {
  if (!(await exists('cargo')))
    throw new Error('Rust is missing. Install it from https://rustup.rs and run this again.');
  const folder = await outputOf('rustc', ['--print', 'target-libdir', '--target', wasmTarget]);
  if (existsSync(folder.trim())) return 'there';
  if (!(await exists('rustup'))) {
    throw new Error(
      `Rust's target ${wasmTarget} is missing, and so is rustup to add it. Install it with your package manager.`,
    );
  }
  await run('rustup', ['target', 'add', wasmTarget]);
  return `added ${wasmTarget}`;
}

export async function npmPackages() {
  if (npmPackagesAreCurrent()) return 'there';
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env: process.env });
  return 'installed';
}

function npmPackagesAreCurrent() {
  const installed = at('node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const { packages: have } = JSON.parse(readFileSync(installed, 'utf8'));
  const { packages: want } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  return Object.entries(want).every(
    ([path, { version, optional }]) => path === '' || (optional && !have[path]) || have[path]?.version === version,
  );
}

/** The name of a nightly toolchain, where there is one: cargo-fuzz needs it. */
export async function nightly() {
  const { output } = await capture('rustup', ['toolchain', 'list']).catch(() => ({ output: '' }));
  return output.split(/\s/).find((word) => word.startsWith('nightly'));
}

const cargoTools = {
  'wasm-bindgen-cli': { program: 'wasm-bindgen-test-runner', version: () => lockedVersion('wasm-bindgen') },
  'wasm-pack': { program: 'wasm-pack', version: () => '0.15.1' },
  'cargo-deny': { program: 'cargo-deny', version: () => '0.20.2' },
  'cargo-fuzz': { program: 'cargo-fuzz', version: () => '0.13.2' },
  'cargo-mutants': { program: 'cargo-mutants', version: () => '27.1.0' },
};

const toolRoot = (crate) => join(cache, `${crate}-${cargoTools[crate].version()}`);

/** The environment in which these tools are found, whether installed here or by the user. */
export const environmentWith = (crates, extra = {}) =>
  environment({ ...extra, path: crates.map((crate) => join(toolRoot(crate), 'bin')) });

/** Installs a Cargo tool into the cache, unless this version of it is there or on the PATH. */
export async function cargoTool(crate) {
  const { program, version } = cargoTools[crate];
  if (existsSync(join(toolRoot(crate), 'bin', program + suffix))) return 'there';
  const { output } = await capture(program, ['--version']).catch(() => ({ output: '' }));
  if (output.split(/\s/).includes(version())) return 'there';
  await run(
    'cargo',
    [
      'install',
      crate,
      '--version',
      version(),
      '--debug',
      '--root',
      toolRoot(crate),
      '--target-dir',
      join(buildFolder, 'cargo'),
    ],
    { env: { ...process.env, ...quickBuild } },
  );
  return 'installed';
}
