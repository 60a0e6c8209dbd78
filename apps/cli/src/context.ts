import type { Command } from 'commander';
import type { Account } from './config/choose-account.ts';
import type { ConfigPaths } from './config/config-paths.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  profile?: string;
  json?: boolean;
  /** Print the request instead of sending it. */
  curl?: boolean;
  color?: boolean;
}

/** What a command is given. */
export interface Context {
  readonly terminal: Terminal;
  readonly paths: ConfigPaths;
  options(command: Command): GlobalOptions;
  /** @throws CliError if the person is not signed in */
  account(command: Command): Account;
  gateway(command: Command): Gateway;
  /** For what has to be looked up first: it also sends with `--curl`. Only for calls that change nothing. */
  reader(command: Command): Gateway;
  /** An action whose result is the exit code. */
  act<Args extends unknown[]>(
    action: (...args: Args) => Promise<number | undefined>,
  ): (...args: Args) => Promise<void>;
}
