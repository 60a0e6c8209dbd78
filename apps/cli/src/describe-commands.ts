import type { Command, Option } from 'commander';
import { COMMANDS } from './commands/command-table.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';

/** Every command with its arguments and options, as docs/cli.md has them. */
export function describeCommands(program: Command): string {
  const groups = [...new Set(COMMANDS.map(({ group }) => group))];
  const parts = groups.flatMap((group) => [
    `### ${group.replace(':', '')}`,
    ...program.commands
      .filter((command) => COMMANDS.some((entry) => entry.name === command.name() && entry.group === group))
      .map(describe),
  ]);
  return [
    '### Options of every command',
    tableOf(program.options),
    '### Exit codes',
    `| code | meaning |\n|---|---|\n${EXIT_CODES_HELP.split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}(\d) {2}(\S.*)$/, '| $1 | $2 |'))
      .join('\n')}`,
    ...parts,
  ].join('\n\n');
}

function describe(command: Command): string {
  const subs = command.commands.filter((sub) => sub.name() !== 'help');
  const parts = [
    `#### \`${usageOf(command)}\``,
    `${command.description()}.`,
    ...(command.options.length > 0 ? [tableOf(command.options)] : []),
    ...subs.map((sub) =>
      [
        `\`${usageOf(sub)}\`: ${sub.description()}.`,
        ...(sub.options.length > 0 ? [tableOf(sub.options)] : []),
      ].join('\n\n'),
    ),
  ];
  return parts.join('\n\n');
}

function usageOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [...names, ...args].join(' ');
}

function tableOf(options: readonly Option[]): string {
  const rows = options
    .filter(({ hidden }) => !hidden)
    .map((option) => {
      const choices = option.argChoices === undefined ? [] : [`one of ${option.argChoices.join(', ')}`];
      const text = [option.description, ...choices].filter((part) => part !== '').join('; ');
      return `| \`${escapeCell(option.flags)}\` | ${escapeCell(text)} |`;
    });
  return ['| option | |', '|---|---|', ...rows].join('\n');
}

const escapeCell = (text: string) => text.replaceAll('|', '\\|');
