// Packs the package as npm would publish it, and installs the tarball into an empty project.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The project that has the package installed. */
    project: string;
    /** What the tarball holds, as npm lists it. */
    packed: string[];
  }
}

export default function install({ provide }: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'evertoken-pack-'));
  const npm = (...args: string[]) =>
    // The package has no dependency, so nothing needs to be asked for.
    execFileSync('npm', [...args, '--offline', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: args[0] === 'pack' ? process.cwd() : folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  const [tarball] = JSON.parse(npm('pack', '--json', '--pack-destination', folder)) as [
    { filename: string; files: { path: string }[] },
  ];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  npm('install', `./${tarball.filename}`);

  provide('project', folder);
  provide(
    'packed',
    tarball.files.map(({ path }) => path),
  );
  return () => rmSync(folder, { recursive: true, force: true });
}
