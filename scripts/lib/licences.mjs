// The npm packages' licences, out of the lockfile. The package itself has no dependency; these build and test it.
import { readFileSync } from 'node:fs';
import { at } from './project.mjs';

const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT OR Apache-2.0', 'MPL-2.0'];

export function npmLicences(lockfile = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))) {
  const { '': self, ...packages } = lockfile.packages;
  const problems = [
    ...Object.keys(self.dependencies ?? {}).map((name) => `${name}: evertoken has no dependencies`),
    ...Object.entries(packages)
      .filter(([, { license }]) => !allowed.includes(license))
      .map(
        ([path, { license }]) =>
          `${path}: the licence ${license ?? '(none named)'} is not one of ${allowed.join(', ')}`,
      ),
  ];
  return { passed: Number(problems.length === 0), failed: problems.length, output: problems.join('\n') };
}
