#!/usr/bin/env node
import { check } from './cli/check.js';
import { inspect } from './cli/inspect.js';
import { type Outcome, WrongUsage } from './cli/outcome.js';
import { safe } from './cli/text.js';
import { decodeToken, init } from './index.js';

const usage = `Usage:
  evertoken check [options]      what will surprise about settings; --help lists the options
  evertoken inspect [jwt | -]    a token's claims and times; by default it is read from standard input

Exit status: 0, 1 for an error among the findings or a token that cannot be read, 2 for wrong usage.
`;

const { out = '', err = '', status = 0 } = await run(process.argv.slice(2));
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = status;

async function run([command, ...args]: string[]): Promise<Outcome> {
  try {
    if (command === 'check') return check(args, process.env);
    if (command === 'inspect') return await inspect(args, decode, readInput, Date.now());
    if (command === '--help' || command === '-h') return { out: usage };
    throw new WrongUsage(command === undefined ? 'which command?' : 'there is no such command');
  } catch (error) {
    if (error instanceof WrongUsage) return { err: `evertoken: ${safe(error.message)}\n\n${usage}`, status: 2 };
    throw error;
  }
}

async function decode(jwt: string) {
  await init();
  return decodeToken(jwt);
}

/** Standard input, up to what no token is longer than. */
async function readInput(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Paste the token, then Enter and Ctrl-D.\n');
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 1_000_000) break;
  }
  return text;
}
