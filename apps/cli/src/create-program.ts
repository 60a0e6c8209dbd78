import { Command } from 'commander';
import { COMMANDS } from './commands/command-table.ts';
import { chooseAccount } from './config/choose-account.ts';
import { readConfig } from './config/config-file.ts';
import type { ConfigPaths } from './config/config-paths.ts';
import type { Context, GlobalOptions } from './context.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { createGateway } from './gateway/create-gateway.ts';
import type { Gateway } from './gateway/gateway.ts';
import { printingFetch } from './gateway/print-curl.ts';
import type { Terminal } from './terminal/terminal.ts';

export interface ProgramOptions {
  terminal: Terminal;
  paths: ConfigPaths;
  version: string;
}

export interface Program {
  command: Command;
  /** What the action that ran has returned; 0 if it returned nothing. */
  exitCode(): number;
}

const HELP = `
Data goes to stdout, everything else to stderr. Without a terminal nothing is asked, and lists are lines of columns
separated by tabs. Environment: HOOKLINE_URL, HOOKLINE_KEY, HOOKLINE_LISTEN_SECRET, NO_COLOR.

${EXIT_CODES_HELP}`;

/**
 * The program with all commands by name. Arguments and options are known of the loaded commands only: reading all of them
 * takes longer than most commands run.
 * @param wanted which commands to load
 */
export async function createProgram(
  { terminal, paths, version }: ProgramOptions,
  wanted: (name: string) => boolean,
): Promise<Program> {
  const program = new Command('hookline');
  let exitCode = 0;
  program
    .description(
      'The command line of Hookline: forward events to this machine, and see what happens to them.',
    )
    .version(version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .option('--profile <name>', 'the profile to use (see "hookline profiles")')
    .option('--json', 'print data as JSON, one object a line')
    .option('--curl', 'print the request as a curl command, and do not send it')
    .option('--no-color', 'no colours')
    .addHelpText('after', HELP)
    .showHelpAfterError('Use --help to see what it takes.')
    .exitOverride()
    // An option behind a subcommand is the subcommand's, also if its parent has one of the same name.
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: () => terminal.size().columns,
      getErrHelpWidth: () => terminal.size().columns,
      // Colours of help are left to the terminal's own paint.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });

  const options = (command: Command): GlobalOptions => command.optsWithGlobals();
  const context: Context = {
    terminal,
    paths,
    options,
    act:
      (action) =>
      async (...args) => {
        exitCode = (await action(...args)) ?? exitCode;
      },
    account: (command) => chooseAccount(readConfig(paths.config), terminal.env, options(command).profile),
    gateway: (command): Gateway =>
      createGateway(
        context.account(command),
        options(command).curl === true ? printingFetch((text) => terminal.out(text)) : undefined,
      ),
    reader: (command) => createGateway(context.account(command)),
  };

  for (const { name, summary, group, load } of COMMANDS) {
    const command = program.command(name).description(summary).helpGroup(group);
    if (wanted(name)) (await load())(command, context);
  }
  return { command: program, exitCode: () => exitCode };
}
