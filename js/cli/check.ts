import { parseArgs } from 'node:util';
import type { Finding } from '../check/findings.js';
import type { CheckedOptions } from '../check/options.js';
import { type CheckedServer, serverNames, serverSettings } from '../check/servers.js';
import { examine } from '../check/settings.js';
import { type Outcome, WrongUsage } from './outcome.js';
import { columns, safe, wrapped } from './text.js';
import { timeline } from './timeline.js';

/** Options of `startRefreshLoop` that are texts; on the command line their names have hyphens. */
const texts = [
  ...['checkInterval', 'refreshWindow', 'refreshTimeout', 'spread', 'idleTimeout', 'idleWarning', 'activity'],
  ...['maxSessionLifespan', 'sessionWarning', 'expectedIssuer'],
];
const endpoints = { refreshEndpoint: 'refresh', signOutEndpoint: 'signOut' } as const;
const settings = [...new Set(Object.values(serverSettings).flat())];
/** Not to be seen in a list of processes. */
const keys = ['key', 'secretKey'];

const usage = `Usage: evertoken check [--server <name>] [its settings] [options of startRefreshLoop] [--json]

Prints what will surprise about settings, and a picture of when tokens are refreshed and sessions end.
A value that begins with - is written with an equals sign: --jwt-expires-in=-1

Servers and their settings
${serverNames.map((name) => wrapped(`${name}: ${serverSettings[name].map(flagOf).join(' ')}`, '  ')).join('\n')}
  --key-from, --secret-key-from: the environment variable that holds the key

Options of startRefreshLoop
${wrapped([...texts, 'expectedAudience', ...Object.keys(endpoints)].map(flagOf).join(' '), '  ')}
  --no-adaptive-window --no-refresh-while-idle --no-refresh

Exit status: 0, 1 for an error among the findings, 2 for wrong usage.
`;

export function check(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Outcome {
  const values = readArguments(args);
  if (values.help) return { out: usage };
  const server = readServer(values, environment);
  const { findings, ours, theirs } = examine(readOptions(values), server);
  const status = findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  if (values.json) return { out: `${JSON.stringify({ findings }, null, 2)}\n`, status };
  const parts = [table(findings), timeline(ours, theirs)].filter(Boolean);
  return { out: `${safe(parts.join('\n\n'))}\n`, status };
}

type Values = Readonly<Record<string, string | boolean | string[] | undefined>>;

function readArguments(args: readonly string[]): Values {
  const text = (name: string) => [flagOf(name).slice(2), { type: 'string' }] as const;
  const list = (name: string) => [flagOf(name).slice(2), { type: 'string', multiple: true }] as const;
  const flag = (name: string) => [name, { type: 'boolean' }] as const;
  const options = Object.fromEntries([
    ...['server', ...texts, ...Object.keys(endpoints), ...settings.filter((name) => name !== 'audience')].map(text),
    ...['audience', 'expectedAudience'].map(list),
    ...['no-adaptive-window', 'no-refresh-while-idle', 'no-refresh', 'json', 'help'].map(flag),
  ]);
  try {
    return parseArgs({ args: [...args], options }).values as Values;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    // It would show the argument, which may be a token.
    const isArgument = code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL';
    throw new WrongUsage(isArgument ? 'check takes options alone' : message);
  }
}

function readOptions(values: Values): CheckedOptions {
  const options: Record<string, unknown> = {};
  for (const name of [...texts, 'expectedAudience']) {
    const value = values[flagOf(name).slice(2)];
    if (value !== undefined) options[name] = value;
  }
  for (const [name, option] of Object.entries(endpoints)) {
    const endpoint = values[flagOf(name).slice(2)];
    if (endpoint !== undefined) options[option] = { endpoint };
  }
  if (values['no-adaptive-window']) options.adaptiveWindow = false;
  if (values['no-refresh-while-idle']) options.refreshWhileIdle = false;
  if (values['no-refresh']) options.refresh = false;
  return options;
}

function readServer(values: Values, environment: Readonly<Record<string, string | undefined>>) {
  const { server: name } = values;
  const isKnown = serverNames.includes(name as CheckedServer['name']);
  if (name !== undefined && !isKnown)
    throw new WrongUsage(`there is no server ${JSON.stringify(name)}; known are ${serverNames.join(', ')}`);
  const server: Record<string, unknown> = { name };
  for (const setting of settings) {
    const value = values[flagOf(setting).slice(2)];
    if (value === undefined) continue;
    if (!isKnown) throw new WrongUsage(`${flagOf(setting)} is a setting of a server; name it with --server`);
    if (!serverSettings[name as CheckedServer['name']].includes(setting))
      throw new WrongUsage(`${flagOf(setting)} is not a setting of ${name}`);
    server[setting] = keys.includes(setting) ? keyFrom(String(value), environment) : value;
  }
  return isKnown ? (server as unknown as CheckedServer) : undefined;
}

function keyFrom(variable: string, environment: Readonly<Record<string, string | undefined>>): string {
  const key = environment[variable];
  // A key in the place of the name is not shown.
  if (key === undefined) throw new WrongUsage('there is no such environment variable to take the key from');
  return key;
}

/** `idleTimeout` is `--idle-timeout`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${keys.includes(name) ? '-from' : ''}`;
}

function table(findings: readonly Finding[]): string {
  if (!findings.length) return 'Nothing will surprise about these settings.';
  const heads = columns(findings.map(({ severity, code, option }) => [severity, code, option]));
  return findings.map(({ message }, place) => `${heads[place]}\n${wrapped(message, '         ')}`).join('\n');
}
