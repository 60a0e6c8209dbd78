import type { ProviderDescription } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { noteCall } from '../operations/command-calls.ts';
import { formatRecord } from '../output/format-record.ts';
import { type Column, formatRows, formatTable } from '../output/table.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';

const COLUMNS: readonly Column<ProviderDescription>[] = [
  { title: 'name', text: ({ name }) => name },
  { title: 'secret', text: ({ secret }) => secret },
  { title: 'evidence', text: ({ evidence }) => evidence[0]?.kind ?? '' },
  { title: 'samples', text: ({ samples }) => String(samples) },
  { title: 'id', text: ({ id }) => id },
];

export function registerProviders(command: Command, context: Context): void {
  noteCall(command, { operation: 'listProviders' });
  command
    .argument('[id]', 'show one provider, with the steps to connect it; or a part of its name')
    .action(async (wanted: string | undefined) => {
      const { terminal } = context;
      const { data } = await context.gateway(command).call('listProviders');
      const isJson = context.options(command).json === true;
      const one = data.find(
        ({ id, aliases }) => id === wanted || (wanted !== undefined && aliases.includes(wanted)),
      );
      if (one !== undefined) {
        terminal.out(isJson ? `${safeJson(one)}\n` : formatRecord(one, terminal.paintOut));
        return;
      }
      const part = wanted?.toLowerCase() ?? '';
      const rows = data.filter(({ id, name }) => id.includes(part) || name.toLowerCase().includes(part));
      if (rows.length === 0)
        throw new CliError(EXIT.error, `There is no provider ${safeLine(wanted ?? '')}.`, {
          hint: 'The providers hmac, bearer, basic, api-key, jwt and standard-webhooks take requests of any sender.',
        });
      if (isJson) for (const row of rows) terminal.out(`${safeJson(row)}\n`);
      else if (!terminal.outIsTty) terminal.out(formatRows(COLUMNS, rows));
      else terminal.out(formatTable(COLUMNS, rows, terminal.size().columns, terminal.paintOut));
    });
}
