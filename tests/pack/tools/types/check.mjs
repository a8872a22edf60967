// The declarations of every subpath, by the oldest and the newest TypeScript and by arethetypeswrong.
import { spawnSync } from 'node:child_process';

let failures = 0;

for (const typescript of ['typescript-5.4', 'typescript']) {
  for (const [moduleResolution, module] of [
    ['bundler', 'esnext'],
    ['nodenext', 'nodenext'],
  ]) {
    const { output } = run(
      'node',
      `node_modules/${typescript}/bin/tsc`,
      ...['--project', '.', '--module', module, '--moduleResolution', moduleResolution],
    );
    // A framework's own declarations may need a newer TypeScript; that is between the two.
    const ours = output.split('\n').filter((line) => /^(app\.js|node_modules\/evertoken\/|error)/.test(line));
    report(`${typescript}, moduleResolution ${moduleResolution}`, ours);
  }
}
// The wasm is no module, and has no types.
const attw = run(
  'node_modules/.bin/attw',
  'evertoken.tgz',
  ...['--profile', 'esm-only', '--exclude-entrypoints', 'evertoken.wasm', '--format', 'ascii', '--no-emoji'],
);
report('arethetypeswrong', attw.status === 0 ? [] : [attw.output]);
process.exitCode = failures;

function run(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

function report(what, problems) {
  console.log([`${what}: ${problems.length === 0 ? 'no problem' : 'problems'}`, ...problems].join('\n'));
  if (problems.length > 0) failures = 1;
}
