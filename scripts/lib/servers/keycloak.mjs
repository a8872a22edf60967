// Keycloak as its makers ship it, in the cache. Node builtins alone.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cache } from '../project.mjs';
import { capture, outputOf } from '../run.mjs';

const version = '26.4.7';
const sha256 = 'dd9834c023460be856f731423d86228c23b5d002194a2064642bec0cc6573eaa';
const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`;
const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
const oldestJava = 17;

/** Unpacked and built, or not there at all. */
export const keycloakHome = join(cache, `keycloak-${version}`);

/** Brings it, once. What keeps it away is told, and `whyNoKeycloak` tells it to the checks. */
export async function keycloak() {
  if (!existsSync(keycloakHome) && !(await missing())) {
    const problem = await bring();
    return problem ? `not to be had: ${problem}` : `brought ${version}`;
  }
  const reason = await whyNoKeycloak();
  return reason ? `not to be had: ${reason}` : 'there';
}

/** Why no Keycloak can be started here, in a sentence; nothing where one can. */
export async function whyNoKeycloak() {
  const reason = await missing();
  if (reason) return reason;
  return existsSync(keycloakHome) ? undefined : 'Keycloak is not in the cache, where `npm run test:servers` puts it';
}

async function missing() {
  const java = await javaVersion();
  if (java === undefined || java < oldestJava)
    return `Keycloak needs Java ${oldestJava} or later, and here is ${java === undefined ? 'none' : `Java ${java}`}`;
  if (existsSync(keycloakHome)) return undefined;
  const tools = { mvn: ['Maven', '--version'], unzip: ['unzip', '-v'] };
  for (const [program, [name, ask]] of Object.entries(tools))
    if ((await capture(program, [ask]).catch(() => ({ code: 1 }))).code !== 0)
      return `Keycloak needs ${name} to be brought, and here is none`;
  return undefined;
}

/** As Keycloak's own script looks for it. */
async function javaVersion() {
  const java = process.env.JAVA || (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java');
  const { output } = await capture(java, ['-version']).catch(() => ({ output: '' }));
  // Up to 8 it was called 1.8.
  const [, major] = /version "(?:1\.)?(\d+)/.exec(output) ?? [];
  return major && Number(major);
}

/** What is half done lies in a folder of its own. A download that fails is told; one of another hash ends it all. */
async function bring() {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'keycloak-in-progress-'));
  try {
    const options = ['-B', '-q', copy, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
    const { code, output } = await capture('mvn', options, { cwd: folder });
    if (code !== 0)
      return `Maven could not bring it: ${/\[ERROR\] (.{0,300})/.exec(output)?.[1] ?? `it ended with ${code}`}`;
    const zip = join(folder, `keycloak-quarkus-dist-${version}.zip`);
    const found = await hashOf(zip);
    if (found !== sha256) throw new Error(`${artifact} has the SHA-256 ${found}, expected ${sha256}`);
    await outputOf('unzip', ['-q', zip, '-d', folder]);
    const home = join(folder, `keycloak-${version}`);
    // Without this it would build itself at each start, which takes longer than all else of it.
    await outputOf(join(home, 'bin', 'kc.sh'), ['build', '--db=dev-file']);
    renameSync(home, keycloakHome);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hashOf(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
