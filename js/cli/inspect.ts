import { parseArgs } from 'node:util';
import { inWords } from '../check/time.js';
import { type Outcome, WrongUsage } from './outcome.js';
import { columns, safe } from './text.js';

const usage = `Usage: evertoken inspect [jwt | -]

Prints the claims and times of a JWT, without its signature. It verifies nothing. Without an argument, or with -, the token is
read from standard input, so that it stays out of the shell's history:

  evertoken inspect < token.txt
`;

const times = ['iat', 'nbf', 'auth_time', 'exp'];

export async function inspect(
  args: readonly string[],
  decode: (jwt: string) => Promise<object>,
  readInput: () => Promise<string>,
  now: number,
): Promise<Outcome> {
  const given = readArguments(args);
  if (given === 'help') return { out: usage };
  const jwt = (given === '-' ? await readInput() : given).trim();
  if (jwt.split('.').length !== 3) return broken('this is no JWT: it has not exactly two dots; give the token alone');
  try {
    return { out: describe((await decode(jwt)) as Record<string, unknown>, now / 1_000) };
  } catch (error) {
    const { message } = error as Error;
    // What a message shows may be of the token.
    const told = jwt.split('.').some((part) => part && message.includes(part)) ? 'this JWT cannot be read' : message;
    return broken(told);
  }
}

function readArguments(args: readonly string[]): string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return 'help';
    if (positionals.length <= 1) return positionals[0] ?? '-';
  } catch {
    // What is told of it would show the argument.
  }
  throw new WrongUsage('inspect takes one token, or - for standard input');
}

const broken = (message: string): Outcome => ({ err: `evertoken: ${safe(message)}\n`, status: 1 });

function describe(claims: Readonly<Record<string, unknown>>, now: number): string {
  const known = columns(Object.entries(claims).map(([name, value]) => [safe(name), safe(JSON.stringify(value))]));
  const { iat, exp } = claims;
  const moments = times.flatMap((name) => {
    const time = claims[name];
    return typeof time === 'number' ? [[name, moment(time), fromNow(time - now)]] : [];
  });
  if (typeof iat === 'number' && typeof exp === 'number') moments.push(['lifetime', inWords(exp - iat), '']);
  if (exp === undefined) moments.push(['exp', 'none: it never expires', '']);
  const lines = ['Claims (not verified)', ...indented(known), '', 'Times', ...indented(columns(moments))];
  return `${lines.join('\n')}\n`;
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

function moment(time: number): string {
  const date = new Date(time * 1_000);
  return Number.isNaN(date.getTime()) ? 'beyond all dates' : date.toISOString();
}

function fromNow(seconds: number): string {
  const length = inWords(Math.round(Math.abs(seconds)));
  return seconds < 0 ? `${length} ago` : `in ${length}`;
}
