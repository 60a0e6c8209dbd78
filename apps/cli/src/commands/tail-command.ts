import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { describeState } from '../listen/describe-state.ts';
import { FeedReader, refusedError } from '../listen/feed-reader.ts';
import { readSince } from '../listen/since.ts';
import { formatClock } from '../output/format-time.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';
import { addFeedOptions, type FeedFlags, toFeedFilter } from './feed-options.ts';
import { readCaller } from './read-caller.ts';

export function registerTail(command: Command, context: Context): void {
  addFeedOptions(command)
    .addHelpText(
      'after',
      '\nWith --json, each event is one line with its payload. "--since last" is of "hookline listen" only.',
    )
    .action(
      context.act(async () => {
        const { terminal } = context;
        const flags: FeedFlags = command.opts();
        const isJson = context.options(command).json === true;
        const since = readSince(flags.since, Date.now());
        if (since.kind === 'last')
          throw new CliError(EXIT.usage, '--since last is of "hookline listen": give a time or 10m.');
        const gateway = context.gateway(command);
        await readCaller(gateway);
        let count = 0;
        return await new Promise<number>((resolve, reject) => {
          const end = (outcome: number | CliError) => {
            reader.close();
            clearTimeout(limit);
            clearTimeout(giveUp);
            if (outcome instanceof CliError) reject(outcome);
            else resolve(outcome);
          };
          let giveUp: NodeJS.Timeout | undefined;
          const limit =
            flags.timeout === undefined
              ? undefined
              : setTimeout(() => end(new CliError(EXIT.error, 'Nothing ended it in time.')), flags.timeout);
          const reader = new FeedReader({
            gateway,
            filters: [toFeedFilter(flags)],
            start: since.kind === 'time' ? { afterTimeMs: Date.parse(since.at) } : {},
            onEvent(event) {
              const { id, type, receivedAt, repository, subject } = event;
              const about = repository ?? subject;
              if (isJson) terminal.out(`${safeJson(event)}\n`);
              else
                terminal.out(
                  `${[
                    terminal.paintOut('dim', formatClock(new Date(receivedAt))),
                    safeLine(type),
                    ...(about === undefined ? [] : [safeLine(about)]),
                    terminal.paintOut('dim', safeLine(id)),
                  ].join('  ')}\n`,
                );
              count++;
              if (flags.exitAfter !== undefined && count >= flags.exitAfter) end(EXIT.ok);
            },
            onPosition() {},
            onState(state) {
              terminal.err(`${describeState(state)}\n`);
              if (state.status === 'refused') end(refusedError(gateway, state));
              if (state.status === 'live') {
                clearTimeout(giveUp);
                giveUp = undefined;
              } else if (state.status === 'waiting' && flags.giveUpAfter !== undefined)
                giveUp ??= setTimeout(
                  () => end(new CliError(EXIT.gaveUp, 'The gateway could not be reached again.')),
                  flags.giveUpAfter,
                );
            },
            onLost: (message) => terminal.err(`${message}\n`),
            onError: (error) =>
              end(error instanceof CliError ? error : new CliError(EXIT.error, String(error))),
            held: () => 0,
          });
          terminal.stopped.addEventListener('abort', () => end(EXIT.ok), { once: true });
          reader.start();
        });
      }),
    );
}
