// Packs the package and uses the tarball as its users do, with each tool in a fresh folder. scripts/test-pack.mjs is the
// way in.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { launchOptions } from '../../scripts/lib/browser.mjs';
import { at, environment } from '../../scripts/lib/project.mjs';
import { outputOf } from '../../scripts/lib/run.mjs';
import { seconds } from '../../scripts/lib/steps.mjs';
import { endAll, npm, serve, tail, until } from './processes.mjs';
import { freePort, hashesOfInlineScripts, openSite, TOKEN_SECONDS } from './site.mjs';
import { tools } from './tools/tools.mjs';
import { walkThrough } from './walk.mjs';

const words = process.argv.slice(2);
const chosen = tools.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word.toLowerCase())));
const workFolder = mkdtempSync(join(tmpdir(), 'evertoken-tools-'));
const SERVER_TIMEOUT = 60_000;
const REFRESH_TIMEOUT = 30_000;

let browser;
const rows = [];
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => leave().then(() => process.exit(1)));
try {
  console.log('packing ...');
  const tarball = await packed();
  browser = await puppeteer.launch(launchOptions());
  for (const [index, tool] of chosen.entries())
    rows.push(await rowOf(tool, tarball, `[${index + 1}/${chosen.length}] ${tool.name}`));
} catch (error) {
  rows.push({ tool: 'setting up', production: 'failed' });
  console.error(error.output ?? '', error);
} finally {
  await leave();
}
conclude();

async function leave() {
  await endAll();
  await browser?.close();
  rmSync(workFolder, { recursive: true, force: true });
}

async function packed() {
  const output = await outputOf('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', workFolder]);
  return join(workFolder, output.trim().split('\n').at(-1));
}

/** Installs a tool with the tarball, and tries what it has. */
async function rowOf(tool, tarball, label) {
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
  const folder = freshFolder(tool, tarball);
  try {
    await npm(folder, 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
    row.version = tool.packageName && manifestOf(join(folder, 'node_modules', tool.packageName)).version;
    await attempt('production', () => tryProduction(tool, folder));
    if (tool.develop) await attempt('development', () => tryDevelopment(tool, folder));
  } catch (error) {
    row.production = 'failed';
    inform(`installing failed: ${error.message}`);
  }
  rmSync(folder, { recursive: true, force: true });
  return row;
}

function freshFolder(tool, tarball) {
  const folder = mkdtempSync(join(workFolder, 'app-'));
  const parts = tool.example
    ? [at('examples', tool.example)]
    : ['common', tool.folder].map((part) => at('tests/pack/tools', part));
  const isSource = (path) => !/[\\/](node_modules|dist|\.angular|package-lock\.json)$/.test(path);
  for (const part of parts) cpSync(part, folder, { recursive: true, filter: isSource });
  cpSync(tarball, join(folder, 'evertoken.tgz'));
  const manifest = manifestOf(folder);
  // The examples name the repository around them.
  manifest.dependencies = { ...manifest.dependencies, evertoken: 'file:evertoken.tgz' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}

async function tryProduction(tool, folder) {
  if (manifestOf(folder).scripts?.build) await npm(folder, 'run', 'build');
  if (tool.start) return withServer(tool, folder, 'production', 'start', tool.start);
  if (!tool.built) return 'its checks';
  const folders = tool.built.map((name) => join(folder, name));
  return seenIn(tool, { folders, scripts: await scriptSources(tool, 'production', folders) });
}

/** Tests of this project, which pack and install by themselves. */
async function tryTests(files) {
  const output = await outputOf('vitest', ['run', '--project', 'pack', ...files], {
    env: environment({ NO_COLOR: '1' }),
  });
  return /Tests .*/.exec(output)?.[0] ?? '';
}

function tryDevelopment(tool, folder) {
  return withServer(tool, folder, 'development', tool.developBy ?? 'dev', tool.develop);
}

async function withServer(tool, folder, mode, script, argsFor) {
  const port = await freePort();
  const server = await serve(folder, ['run', script, '--', ...argsFor(port)], port, SERVER_TIMEOUT);
  try {
    return await seenIn(tool, { upstream: port, scripts: await scriptSources(tool, mode, []) });
  } finally {
    await server.end();
  }
}

async function scriptSources({ policy }, mode, folders) {
  const pages = folders.map((folder) => join(folder, 'index.html')).filter((page) => existsSync(page));
  const hashes = await Promise.all(pages.map(hashesOfInlineScripts));
  return ["'self'", "'wasm-unsafe-eval'", ...(policy?.[mode] ?? []), ...hashes.flat()];
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** Opens an application: an example is walked through, another is to tell of a refresh. An error in its console is a failure. */
async function seenIn(tool, application) {
  const site = await openSite(application);
  const context = await browser.createBrowserContext();
  const errors = [];
  let seen = '';
  try {
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error?.stack ?? error)));
    await page.goto(site.url);
    seen = tool.example ? await walkThrough(page, TOKEN_SECONDS) : await titleOfRefresh(page);
  } catch (error) {
    errors.unshift(error.message);
  } finally {
    await context.close();
    await site.close();
  }
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return seen;
}

async function titleOfRefresh(page) {
  let title = '';
  const isRefreshed = async () => {
    // A development server may reload its page at any moment.
    title = await page.title().catch(() => title);
    return /: refreshed \d/.test(title);
  };
  await until(isRefreshed, REFRESH_TIMEOUT).catch((error) => {
    throw new Error(`no refresh was seen, the title is '${title}': ${error.message}`);
  });
  return `'${title}'`;
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
