// `npm run docs`: the API reference to docs/api, from the sources and their comments. A public name without one is an
// error. TypeDoc needs a compiler of its own, older than the project's, so both live in the cache.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { at, cache } from './lib/project.mjs';
import { CommandFailed, outputOf } from './lib/run.mjs';
import { inSteps, main } from './lib/steps.mjs';

const versions = { typedoc: '0.28.20', typescript: '6.0.3' };
const folder = join(cache, `typedoc-${versions.typedoc}-typescript-${versions.typescript}`);
const entry = join(folder, 'node_modules/typedoc/dist/index.js');
const out = at('docs', 'api');

async function install() {
  if (existsSync(entry)) return 'already there';
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
  await outputOf('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder });
  return Object.entries(versions)
    .map((version) => version.join(' '))
    .join(', ');
}

async function generate() {
  const { Application, Converter, LogLevel, ReflectionKind } = await import(pathToFileURL(entry).href);
  const modules = subpaths();
  const app = await Application.bootstrap({
    name: 'Evertoken',
    entryPoints: [...modules.keys()].map((name) => at('js', `${name}.ts`)),
    tsconfig: at('tsconfig.build.json'),
    // `npm test` has the project's own compiler look at the sources.
    skipErrorChecking: true,
    readme: 'none',
    disableSources: true,
    excludePrivate: true,
    validation: { notExported: true, invalidLink: true, notDocumented: true },
    requiredToBeDocumented: [
      ...['Class', 'Constructor', 'Enum', 'EnumMember', 'Function', 'Interface', 'Method', 'Property', 'Accessor'],
      ...['TypeAlias', 'Variable'],
    ],
    intentionallyNotExported: ['Given', 'Nothing'],
    treatWarningsAsErrors: true,
    treatValidationWarningsAsErrors: true,
    logLevel: LogLevel.Warn,
  });
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module)) reflection.name = modules.get(reflection.name) ?? reflection.name;
  });
  const project = await app.convert();
  if (project) app.validate(project);
  if (!project || app.logger.hasErrors() || app.logger.hasWarnings()) throw new CommandFailed('typedoc', 1, '');
  await app.generateDocs(project, out);
  return `${out} has ${modules.size} modules`;
}

/** What is imported, by the source behind it. */
function subpaths() {
  const { name, exports } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
  return new Map(
    Object.entries(exports).flatMap(([path, { types }]) => {
      const [, source] = /^\.\/dist\/([\w/-]+)\.d\.ts$/.exec(types ?? '') ?? [];
      return source ? [[source, name + path.slice(1)]] : [];
    }),
  );
}

await main(() =>
  inSteps([
    ['TypeDoc', install],
    ['API reference', generate],
  ]),
);
