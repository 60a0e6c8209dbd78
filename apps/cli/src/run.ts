import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { COMMANDS } from './commands/command-table.ts';
import { configPaths } from './config/config-paths.ts';
import { createProgram } from './create-program.ts';
import { EXIT } from './exit-codes.ts';
import { wasPrinted } from './gateway/print-curl.ts';
import { safeLine } from './terminal/safe-text.ts';
import type { Terminal } from './terminal/terminal.ts';

/** Asks for the words of a completion; not listed in the help. */
const COMPLETE = '__complete';
/** Options of every command. */
const GLOBAL_FLAGS = ['--json', '--curl', '--no-color'];
const WITH_VALUE = ['--profile'];

/**
 * Runs a command line.
 * @param argv the words after `hookline`
 * @returns the exit code
 */
export async function run(argv: readonly string[], terminal: Terminal, version: string): Promise<number> {
  const paths = configPaths(terminal.env);
  if (argv[0] === COMPLETE) {
    const words = argv.slice(1);
    const [program, { complete }] = await Promise.all([
      createProgram({ terminal, paths, version }, (name) => words.includes(name)),
      import('./completion/complete.ts'),
    ]);
    terminal.out(
      complete(words, program.command, paths.config)
        .map((word) => `${word}\n`)
        .join(''),
    );
    return EXIT.ok;
  }
  const name = nameIn(argv);
  try {
    const program = await createProgram({ terminal, paths, version }, (each) => each === name);
    await program.command.parseAsync(globalsFirst(argv), { from: 'user' });
    return program.exitCode();
  } catch (error) {
    return report(error, terminal);
  }
}

/** The command that a command line begins with. `help <command>` is that of the command. */
function nameIn(argv: readonly string[]): string | undefined {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (WITH_VALUE.includes(word)) index++;
    else if (!word.startsWith('-')) words.push(word);
  }
  const [first, second] = words;
  const wanted = first === 'help' ? second : first;
  return COMMANDS.some(({ name }) => name === wanted) ? wanted : undefined;
}

/** Options of every command may be anywhere; for the parser they come first. */
function globalsFirst(argv: readonly string[]): string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const globals: string[] = [];
  const rest: string[] = [];
  for (let index = 0; index < end; index++) {
    const word = argv[index] as string;
    if (GLOBAL_FLAGS.includes(word) || WITH_VALUE.some((name) => word.startsWith(`${name}=`)))
      globals.push(word);
    else if (WITH_VALUE.includes(word)) globals.push(...argv.slice(index, ++index + 1));
    else rest.push(word);
  }
  return [...globals, ...rest, ...argv.slice(end)];
}

function report(error: unknown, terminal: Terminal): number {
  if (wasPrinted(error)) return EXIT.ok;
  // It has printed its message already. Asking for help or the version is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CliError) {
    terminal.err(`${terminal.paintErr('red', `Error: ${error.message}`)}\n`);
    if (error.hint !== undefined) terminal.err(`${error.hint}\n`);
    return error.exitCode;
  }
  // A file or a folder of this machine: its message names it.
  if (error instanceof Error && 'syscall' in error) {
    terminal.err(`${terminal.paintErr('red', `Error: ${safeLine(error.message)}`)}\n`);
    return EXIT.error;
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.err(`${terminal.paintErr('red', 'This is a mistake in hookline itself:')} ${message}\n`);
  return EXIT.error;
}
