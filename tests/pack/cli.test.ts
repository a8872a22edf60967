// The command line as npm installs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { token as unsigned } from './token.js';

const token = `${unsigned.split('.').slice(0, 2).join('.')}.c2lnbmF0dXJl`;
const project = inject('project');
const bin = join(project, 'node_modules/.bin/evertoken');
const evertoken = (line: string, input = '') => {
  const { stdout, stderr, status } = spawnSync(bin, line.split(' ').filter(Boolean), {
    encoding: 'utf8',
    input,
    timeout: 120_000,
  });
  return { stdout, stderr, status };
};

test('reads a token from standard input', () => {
  const { stdout, stderr, status } = evertoken('inspect', `${token}\n`);
  expect([stderr, status]).toEqual(['', 0]);
  expect(stdout).toMatch(/^Claims \(not verified\)\n {2}sub .*"pack"/);
  expect(stdout).not.toContain('c2lnbmF0dXJl');
  for (const line of ['inspect -', `inspect ${token}`]) expect(evertoken(line, token).stdout).toBe(stdout);
});

test('a broken token is an error without a part of it', () => {
  const { stdout, stderr, status } = evertoken('inspect', 'secret.secret.secret');
  expect([stdout, status]).toEqual(['', 1]);
  expect(stderr).toMatch(/^evertoken: .+\n$/);
  expect(stderr).not.toContain('secret');
});

test('findings decide on the exit status', () => {
  const fine = evertoken('check --server lightnap --expiration-minutes 20');
  expect([fine.stdout.split('\n')[0], fine.stderr, fine.status]).toEqual([
    'Nothing will surprise about these settings.',
    '',
    0,
  ]);
  const wrong = evertoken('check --server open-webui --jwt-expires-in 3600 --json');
  expect([JSON.parse(wrong.stdout).findings[0].code, wrong.status]).toEqual(['UNREADABLE_DURATION', 1]);
});

test.each(['', 'frob', 'check --frob', 'inspect a b', 'check --server nobody'])('"%s" is wrong usage', (line) => {
  const { stdout, stderr, status } = evertoken(line);
  expect([stdout, status]).toEqual(['', 2]);
  expect(stderr).toMatch(/^evertoken: .+\n\nUsage:/);
});

test.each(['--help', '-h', 'check --help', 'inspect --help'])('%s prints the usage', (line) => {
  const { stdout, stderr, status } = evertoken(line);
  expect([stderr, status]).toEqual(['', 0]);
  expect(stdout).toMatch(/^Usage:/);
});

describe.each(['README.md', 'docs/check.md'])('the commands in %s', (page) => {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const commands = [...text.matchAll(/^npx evertoken (.+)$/gm)].map(([, line = '']) => line);

  test('are there', () => {
    expect(commands.length).toBeGreaterThan(1);
  });

  test.each(commands)('%s', (line) => {
    // What a shell would do.
    const { stdout, stderr, status } = evertoken(line.replace(' < token.txt', ''), token);
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(line.startsWith('inspect') ? /^Claims/ : /^The session$/m);
  });
});
