import { readFileSync } from 'node:fs';

export const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The rows of the table between `<!-- name -->` and `<!-- /name -->`, as cells. */
export function table(name: string): string[][] {
  const [, text = ''] = readme.match(new RegExp(`<!-- ${name} -->\n(.*?)<!-- /${name} -->`, 's')) ?? [];
  const [, , ...rows] = text.trim().split('\n');
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** The names in backticks. */
export const names = (cell: string | undefined): string[] =>
  [...(cell ?? '').matchAll(/`(\w+)\??`/g)].map(([, name]) => name as string);

export interface Example {
  /** The heading it stands under. */
  section: string;
  language: string;
  code: string;
}

/** The fenced blocks in one of these languages. */
export function examples(...languages: string[]): Example[] {
  let section = '';
  return [...readme.matchAll(/^#+ ([^\n]+)$|^```(\w+)\n(.*?)^```$/gms)].flatMap(
    ([, heading, language = '', code = '']) => {
      if (heading) section = heading;
      return languages.includes(language) ? [{ section, language, code }] : [];
    },
  );
}
