// Packs the package and uses the tarball as its users do, with each tool in a fresh folder, two tools at a time.
// scripts/test-pack.mjs is the way in.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { at, cache, environment } from '../../scripts/lib/project.mjs';
import { outputOf } from '../../scripts/lib/run.mjs';
import { seconds } from '../../scripts/lib/steps.mjs';
import { Chromium } from './chromium.mjs';
import { bringPackages, install, manifestOf, sourceOf } from './packages.mjs';
import { endAll, npm, serve, tail } from './processes.mjs';
import { freePort, hashesOfInlineScripts, openSite } from './site.mjs';
import { tools } from './tools/tools.mjs';
import { titleOfRefresh, walkThrough } from './walk.mjs';

const words = process.argv.slice(2);
const chosen = tools.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word.toLowerCase())));
const workFolder = freshWorkFolder();
// A tool often waits: for a server to start, or for a token to expire.
const lanes = [new Chromium(), new Chromium()];

const rows = [];
let isLeaving = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => leave().then(() => process.exit(1)));
try {
  console.log('packing ...');
  const tarball = await packed();
  console.log('packages ...');
  const packages = await bringPackages();
  console.log(`packages: in ${packages} (${seconds(0)} in all)`);
  const waiting = chosen.entries();
  await Promise.all(
    lanes.map(async (chromium) => {
      for (const [index, tool] of waiting) {
        if (isLeaving) return;
        const label = `[${index + 1}/${chosen.length}] ${tool.name}`;
        rows[index] = await rowOf(tool, { tarball, packages, chromium, label });
      }
    }),
  );
} catch (error) {
  rows.push({ tool: 'setting up', production: 'failed' });
  console.error(error.output ?? '', error);
} finally {
  await leave();
}
conclude();

async function leave() {
  isLeaving = true;
  await endAll();
  await Promise.all(lanes.map((chromium) => chromium.close()));
  rmSync(workFolder, { recursive: true, force: true, maxRetries: 5 });
}

/** In the cache: on the file system of the packages, which are linked. What a killed run left there goes after a day. */
function freshWorkFolder() {
  const name = 'pack-run-';
  mkdirSync(cache, { recursive: true });
  for (const left of readdirSync(cache).filter((entry) => entry.startsWith(name))) {
    const folder = join(cache, left);
    if (Date.now() - statSync(folder).mtimeMs > 86_400_000) rmSync(folder, { recursive: true, force: true });
  }
  return mkdtempSync(join(cache, name));
}

async function packed() {
  const output = await outputOf('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', workFolder]);
  return join(workFolder, output.trim().split('\n').at(-1));
}

/** Installs a tool with the tarball, and tries what it has. */
async function rowOf(tool, { tarball, packages, chromium, label }) {
  const from = performance.now();
  const inform = (text) => console.log(`${label}: ${text} (${seconds(from)}, ${seconds(0)} in all)`);
  const row = { tool: tool.name, development: '-', production: '-', note: tool.note ?? '' };
  const attempt = async (mode, work) => {
    inform(`${mode} ...`);
    try {
      inform(`${mode} passed: ${await work()}`);
      row[mode] = 'passed';
    } catch (error) {
      row[mode] = 'failed';
      inform(`${mode} failed: ${error.message}${error.output ? `\n${tail(error.output)}` : ''}`);
    }
  };

  if (tool.tests) {
    await attempt('production', () => tryTests(tool.tests));
    return row;
  }
  const folder = mkdtempSync(join(workFolder, 'app-'));
  try {
    copySources(tool, tarball, folder);
    await install(packages, tool, folder);
    row.version = tool.packageName && manifestOf(join(folder, 'node_modules', tool.packageName)).version;
    await attempt('production', () => tryProduction(tool, folder, chromium));
    if (tool.develop) await attempt('development', () => tryDevelopment(tool, folder, chromium));
  } catch (error) {
    row.production = 'failed';
    inform(`installing failed: ${error.message}`);
  }
  await rm(folder, { recursive: true, force: true });
  return row;
}

function copySources(tool, tarball, folder) {
  const parts = tool.example ? [sourceOf(tool)] : [at('tests/pack/tools/common'), sourceOf(tool)];
  const isSource = (path) => !/[\\/](node_modules|dist|\.angular|package-lock\.json)$/.test(path);
  for (const part of parts) cpSync(part, folder, { recursive: true, filter: isSource });
  cpSync(tarball, join(folder, 'evertoken.tgz'));
  const manifest = manifestOf(folder);
  // The examples name the repository around them.
  manifest.dependencies = { ...manifest.dependencies, evertoken: 'file:evertoken.tgz' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
}

async function tryProduction(tool, folder, chromium) {
  if (manifestOf(folder).scripts?.build) await npm(folder, 'run', 'build');
  if (tool.start) return withServer(tool, folder, chromium, 'production', 'start', tool.start);
  if (!tool.built) return 'its checks';
  const folders = tool.built.map((name) => join(folder, name));
  return seenIn(tool, chromium, { folders, scripts: await scriptSources(tool, 'production', folders) });
}

/** Tests of this project, which pack and install by themselves. */
async function tryTests(files) {
  const output = await outputOf('vitest', ['run', '--project', 'pack', ...files], {
    env: environment({ NO_COLOR: '1' }),
  });
  return /Tests .*/.exec(output)?.[0] ?? '';
}

function tryDevelopment(tool, folder, chromium) {
  return withServer(tool, folder, chromium, 'development', tool.developBy ?? 'dev', tool.develop);
}

async function withServer(tool, folder, chromium, mode, script, argsFor) {
  const port = await freePort();
  const server = await serve(folder, ['run', script, '--', ...argsFor(port)], port);
  try {
    return await seenIn(tool, chromium, { upstream: port, scripts: await scriptSources(tool, mode, []) });
  } finally {
    await server.end();
  }
}

async function scriptSources({ policy }, mode, folders) {
  const pages = folders.map((folder) => join(folder, 'index.html')).filter((page) => existsSync(page));
  const hashes = await Promise.all(pages.map(hashesOfInlineScripts));
  return ["'self'", "'wasm-unsafe-eval'", ...(policy?.[mode] ?? []), ...hashes.flat()];
}

/** Opens an application: an example is walked through, another is to tell of a refresh. An error in its console is a failure. */
async function seenIn(tool, chromium, application) {
  const { seen, errors } = await chromium.visit(tool.name, async (page) => {
    const site = await openSite({ ...application, sleeps: tool.example !== undefined });
    const errors = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error?.stack ?? error)));
    try {
      await page.goto(site.url);
      return { seen: await (tool.example ? walkThrough(page) : titleOfRefresh(page)), errors };
    } catch (error) {
      // What the page itself tells is a finding, whatever the browser does afterwards.
      if (errors.length === 0) throw error;
      return { errors: [error.message, ...errors] };
    } finally {
      await site.close();
    }
  });
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return seen;
}

function conclude() {
  const columns = ['tool', 'version', 'development', 'production', 'note'];
  const table = [Object.fromEntries(columns.map((name) => [name, name])), ...rows];
  const widths = columns.map((name) => Math.max(...table.map((row) => (row[name] ?? '').length)));
  for (const row of table)
    console.log(
      columns
        .map((name, index) => (row[name] ?? '').padEnd(widths[index]))
        .join('  ')
        .trimEnd(),
    );

  const cells = rows.flatMap(({ development, production }) => [development, production]);
  const passed = cells.filter((cell) => cell === 'passed').length;
  const failed = cells.filter((cell) => cell === 'failed').length || (passed === 0 ? 1 : 0);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
