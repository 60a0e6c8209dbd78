import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { describeState } from '../listen/describe-state.ts';
import { createListenSession } from '../listen/listen-session.ts';
import type { Reporter } from '../listen/reporter.ts';
import { readSince } from '../listen/since.ts';
import { formatClock } from '../output/format-time.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
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
        const since = readSince(flags.since, Date.now());
        if (since.kind === 'last')
          throw new CliError(
            EXIT.usage,
            '--since last is of "hookline listen": give a time, or how long ago.',
          );
        const gateway = context.gateway(command);
        await readCaller(gateway);
        const session = createListenSession({
          gateway,
          filters: [toFeedFilter(flags)],
          targets: [],
          start: since.kind === 'time' ? { afterTimeMs: Date.parse(since.at) } : {},
          store: undefined,
          forward: undefined,
          record: undefined,
          reportAs: undefined,
          exitAfter: flags.exitAfter,
          timeoutMs: flags.timeout,
          giveUpAfterMs: flags.giveUpAfter,
          stopped: terminal.stopped,
        });
        return await session.run(createTailReporter(terminal, context.options(command).json === true));
      }),
    );
}

/** Shows events on stdout, and states on stderr. */
function createTailReporter(terminal: Terminal, isJson: boolean): Reporter {
  return {
    note: (text) => terminal.err(`${text}\n`),
    state: (state) => terminal.err(`${describeState(state)}\n`),
    change({ event }) {
      if (isJson) {
        terminal.out(`${safeJson(event)}\n`);
        return;
      }
      const { id, type, receivedAt, repository, subject } = event;
      const about = repository ?? subject;
      const parts = [
        terminal.paintOut('dim', formatClock(new Date(receivedAt))),
        safeLine(type),
        ...(about === undefined ? [] : [safeLine(about)]),
        terminal.paintOut('dim', safeLine(id)),
      ];
      terminal.out(`${parts.join('  ')}\n`);
    },
    holding() {},
    close() {},
  };
}
