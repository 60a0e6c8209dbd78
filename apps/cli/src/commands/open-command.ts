import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { pageOf } from './page-of.ts';

export function registerOpen(command: Command, context: Context): void {
  command
    .argument('[id]', 'an event, a delivery, an endpoint, a source or a connection; default: the start page')
    .option('--print', 'print the address only')
    .action(async (id: string | undefined) => {
      const { terminal } = context;
      const url = pageOf(context.account(command).url, id ?? '');
      terminal.out(`${url}\n`);
      if ((command.opts() as { print?: boolean }).print === true) return;
      const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      if (answer === undefined) throw new CliError(EXIT.unreachable, 'The gateway cannot be reached.');
      if (answer.status === 404) throw new CliError(EXIT.error, 'This gateway serves no dashboard.');
      openInBrowser(url);
    });
}
