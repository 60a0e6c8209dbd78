import { checkApiKey } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { checkUrl, requireProfile } from '../config/choose-account.ts';
import { DEFAULT_PROFILE, PROFILE_NAME, type Profile } from '../config/config.ts';
import { changeConfig, readConfig } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { createGateway } from '../gateway/create-gateway.ts';
import { noteCall } from '../operations/command-calls.ts';
import { formatTime } from '../output/format-time.ts';
import { formatRows, formatTable } from '../output/table.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';
import { nameOf, readCaller } from './read-caller.ts';

const DEFAULT_URL = 'http://127.0.0.1:3000';
const MAX_KEY_BYTES = 16_384;

export function registerLogin(command: Command, context: Context): void {
  command
    .argument('[url]', `the gateway's address (default: HOOKLINE_URL, or ${DEFAULT_URL})`)
    .option('--key-stdin', 'read the API key from stdin')
    .addHelpText(
      'after',
      `
The key is tried and then stored in a file that only you can read. Without a terminal, the key is that of
HOOKLINE_KEY, or comes from stdin:
  hookline login https://hooks.example.com --key-stdin < key.txt`,
    )
    .action(async (given: string | undefined) => {
      const flags: { keyStdin?: boolean } = command.opts();
      const { terminal, paths } = context;
      const name = context.options(command).profile ?? DEFAULT_PROFILE;
      if (!PROFILE_NAME.test(name))
        throw new CliError(EXIT.usage, 'A profile is named by letters, digits, ".", "_" and "-".');
      const asked =
        given ??
        terminal.env['HOOKLINE_URL'] ??
        (terminal.isInteractive ? (await terminal.ask(`Gateway [${DEFAULT_URL}]: `)).trim() : '');
      const url = (asked === '' ? DEFAULT_URL : asked).replace(/\/$/, '');
      checkUrl(url, 'The address');
      const key = await readKey(flags.keyStdin === true, context);
      const gateway = createGateway({ url, key, profile: name, keyFrom: 'this sign-in' });
      const caller = await readCaller(gateway);
      changeConfig(paths.config, (config) => {
        config.profiles[name] = { ...keep(config.profiles[name], url), url, key };
        config.current = name;
      });
      const { protocol, hostname } = new URL(url);
      if (protocol === 'http:' && !/^(127\.|localhost$|\[::1\])/.test(hostname))
        terminal.err(`Warning: ${url} is not encrypted, so others on the way can read the key.\n`);
      terminal.err(
        `Signed in to ${url} as ${safeLine(nameOf(caller))}. It is the profile "${name}" in ${paths.config}.\n`,
      );
    });
}

/** The secrets of a profile stay when its key changes, and go when its gateway changes. */
const keep = (profile: Profile | undefined, url: string): Partial<Profile> =>
  profile?.url === url ? profile : {};

async function readKey(fromStdin: boolean, { terminal }: Context): Promise<string> {
  const text = fromStdin
    ? (await terminal.readInput(MAX_KEY_BYTES)).toString('utf8')
    : (terminal.env['HOOKLINE_KEY'] ??
      (terminal.isInteractive ? await terminal.ask('API key (not shown): ', { hidden: true }) : undefined));
  if (text === undefined)
    throw new CliError(EXIT.usage, 'There is no key.', {
      hint: 'Set HOOKLINE_KEY, or give the key on stdin with --key-stdin.',
    });
  const key = text.trim();
  if (!/^[\x21-\x7e]{1,8192}$/.test(key))
    throw new CliError(EXIT.usage, 'This is not a key: a key has no spaces.');
  if (checkApiKey(key) === 'mistyped')
    throw new CliError(EXIT.usage, 'The key has a typing error, or a part of it is missing.');
  return key;
}

export function registerLogout(command: Command, context: Context): void {
  command
    .option('--all', 'remove all profiles')
    .addHelpText(
      'after',
      '\nRemoves the key from this machine. To make it invalid, revoke it at the gateway.',
    )
    .action(() => {
      const { terminal, paths } = context;
      const isAll = (command.opts() as { all?: boolean }).all === true;
      const config = readConfig(paths.config);
      const name = context.options(command).profile ?? config.current ?? DEFAULT_PROFILE;
      if (!isAll) requireProfile(config, name);
      changeConfig(paths.config, (changed) => {
        if (isAll) changed.profiles = {};
        else delete changed.profiles[name];
        if (isAll || changed.current === name) delete changed.current;
      });
      terminal.err(isAll ? 'All profiles are removed.\n' : `The profile "${name}" is removed.\n`);
      if (terminal.env['HOOKLINE_KEY'])
        terminal.err('HOOKLINE_KEY is still set: with HOOKLINE_URL, commands use it.\n');
    });
}

export function registerWhoami(command: Command, context: Context): void {
  noteCall(command, { operation: 'getSession' });
  command.action(async () => {
    const { terminal } = context;
    const gateway = context.gateway(command);
    const caller = await readCaller(gateway);
    const { url, keyFrom, profile } = gateway;
    if (context.options(command).json) {
      terminal.out(`${safeJson({ url, profile: profile ?? null, keyFrom, ...caller })}\n`);
      return;
    }
    terminal.out(`${safeLine(nameOf(caller))} at ${safeLine(url)}, with the key of ${keyFrom}\n`);
    terminal.out(`may    ${caller.scopes.map(safeLine).join(', ')}\n`);
    if (caller.expiresAt !== null) terminal.out(`until  ${formatTime(caller.expiresAt)}\n`);
  });
}

export function registerProfiles(command: Command, context: Context): void {
  const { terminal, paths } = context;
  command.action(() => {
    const config = readConfig(paths.config);
    const current = config.current ?? DEFAULT_PROFILE;
    const rows = Object.entries(config.profiles).map(([name, { url }]) => ({
      name,
      url,
      isCurrent: name === current,
    }));
    const columns = [
      { title: '', text: (row: (typeof rows)[number]) => (row.isCurrent ? '*' : '') },
      { title: 'profile', text: (row: (typeof rows)[number]) => row.name },
      { title: 'gateway', text: (row: (typeof rows)[number]) => row.url },
    ];
    if (context.options(command).json) for (const row of rows) terminal.out(`${safeJson(row)}\n`);
    else if (!terminal.outIsTty) terminal.out(formatRows(columns, rows));
    else if (rows.length > 0)
      terminal.out(formatTable(columns, rows, terminal.size().columns, terminal.paintOut));
    if (rows.length === 0) terminal.err('There are no profiles: sign in with "hookline login".\n');
  });
  command
    .command('use')
    .description('Use a profile from now on')
    .argument('<name>')
    .action((name: string) => {
      requireProfile(readConfig(paths.config), name);
      changeConfig(paths.config, (config) => {
        config.current = name;
      });
      terminal.err(`Commands use the profile "${name}" from now on.\n`);
    });
}
