// The packages of the tools' applications. One lockfile names them all, one `npm ci` brings them into the cache, and each
// application gets its own as hard links. `node tests/pack/packages.mjs` brings the lockfile up to date after a package.json
// in tests/pack/tools or in examples has changed.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { at, cache } from '../../scripts/lib/project.mjs';
import { npm } from './processes.mjs';
import { tools } from './tools/tools.mjs';

const lockfile = at('tests', 'pack', 'tools', 'package-lock.json');
const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** Where an application comes from. */
export const sourceOf = ({ example, folder }) => (example ? at('examples', example) : at('tests/pack/tools', folder));

export const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** Makes sure that the packages are in the cache. Resolves to their folder, in which each application has one. */
export async function bringPackages() {
  const lock = readFileSync(lockfile, 'utf8');
  checkLock(JSON.parse(lock));
  const home = join(cache, `pack-tools-${createHash('sha256').update(lock).digest('hex').slice(0, 12)}`);
  if (existsSync(home)) return home;

  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'pack-tools-in-progress-'));
  try {
    layOut(folder);
    await npm(folder, 'ci', '--prefer-offline', ...quietly);
    // Another run may have been quicker.
    if (!existsSync(home)) renameSync(folder, home);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return home;
}

/** Installs an application's packages, and the tarball that its package.json names, by npm as its user would. */
export async function install(home, tool, folder) {
  const name = tool.example ?? tool.folder;
  const packages = join(home, name, 'node_modules');
  if (existsSync(packages)) link(packages, join(folder, 'node_modules'));
  await npm(folder, 'install', '--offline', ...quietly);
  checkInstalled(home, name, folder);
}

/** npm was to add the tarball, and to leave alone what the lockfile names. */
function checkInstalled(home, name, folder) {
  const { packages: locked } = JSON.parse(readFileSync(lockfile, 'utf8'));
  const { packages: installed } = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
  const paths = new Set(Object.keys(installed));
  for (const path of Object.keys(locked).filter((path) => path.startsWith(`${name}/`) && existsSync(join(home, path))))
    paths.add(path.slice(name.length + 1));
  const changed = [...paths].filter(
    (path) => path !== 'node_modules/evertoken' && installed[path]?.version !== locked[`${name}/${path}`]?.version,
  );
  if (changed.length > 0) throw new Error(`npm changed what the lockfile names: ${changed.join(', ')}`);
}

function link(from, to) {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    const kind = lstatSync(source);
    if (kind.isDirectory()) link(source, target);
    else if (kind.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source, target) {
  try {
    linkSync(source, target);
  } catch {
    // Not every file system has hard links.
    copyFileSync(source, target);
  }
}

/** A workspace per application, each with its packages to itself (`shallow`): none finds what only another one has. */
function layOut(folder) {
  const all = manifests();
  const root = { name: 'evertoken-tools', private: true, workspaces: Object.keys(all) };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(root));
  for (const [name, manifest] of Object.entries(all)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'package.json'), JSON.stringify(manifest));
  }
  if (existsSync(lockfile)) copyFileSync(lockfile, join(folder, 'package-lock.json'));
}

/** What the applications need besides the tarball. */
function manifests() {
  const applications = tools.filter(({ example, folder }) => example ?? folder);
  return Object.fromEntries(
    applications.map((tool) => {
      const { name, dependencies, devDependencies } = manifestOf(sourceOf(tool));
      const { evertoken: _, ...others } = dependencies;
      return [tool.example ?? tool.folder, { name, private: true, dependencies: others, devDependencies }];
    }),
  );
}

function checkLock({ packages }) {
  for (const [name, { dependencies = {}, devDependencies = {} }] of Object.entries(manifests())) {
    const locked = packages[name] ?? {};
    if (
      !isDeepStrictEqual(dependencies, locked.dependencies ?? {}) ||
      !isDeepStrictEqual(devDependencies, locked.devDependencies ?? {})
    )
      throw new Error(
        `tests/pack/tools/package-lock.json is not up to date with ${name}/package.json: run \`node tests/pack/packages.mjs\``,
      );
  }
}

async function updateLock() {
  const folder = mkdtempSync(join(tmpdir(), 'evertoken-lock-'));
  try {
    layOut(folder);
    const options = ['--package-lock-only', '--install-strategy=shallow', '--omit-lockfile-registry-resolved'];
    await npm(folder, 'install', ...options, ...quietly);
    copyFileSync(join(folder, 'package-lock.json'), lockfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await updateLock();
