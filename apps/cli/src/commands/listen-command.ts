import { hostname } from 'node:os';
import { MAX_REPORTER_LENGTH } from '@hookline/contracts';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { openCursorStore } from '../listen/cursor-store.ts';
import type { FeedStart } from '../listen/feed-reader.ts';
import { createLinesReporter } from '../listen/lines-reporter.ts';
import { readListenSecret } from '../listen/listen-secret.ts';
import { createListenSession } from '../listen/listen-session.ts';
import { localCurl } from '../listen/local-curl.ts';
import { readSince, type Since } from '../listen/since.ts';
import { readTargets, requireLoopback } from '../listen/targets.ts';
import { createInteractiveReporter } from '../listen/view/interactive-reporter.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { safeLine } from '../terminal/safe-text.ts';
import {
  addFeedOptions,
  collect,
  describeFilter,
  type FeedFlags,
  readDuration,
  readWhole,
  toFeedFilter,
} from './feed-options.ts';
import { pageOf } from './page-of.ts';
import { nameOf, readCaller } from './read-caller.ts';

const OUTPUTS = ['interactive', 'lines', 'json', 'quiet'] as const;

export interface ListenFlags extends FeedFlags {
  forward?: string[];
  output?: (typeof OUTPUTS)[number];
  retry?: number;
  answerTimeout?: number;
  insecure?: boolean;
  record?: string;
  /** True: under the name of this machine. */
  report?: string | true;
  showResponse?: boolean;
  showSkipped?: boolean;
}

/** The options of `listen`, which `dev` passes on. */
export function addListenOptions(command: Command): Command {
  return addFeedOptions(
    command
      .option(
        '--forward <target>',
        "where to send events: http://localhost:4000/hook, or for some types only: 'github.*=http://…'; may be given several times",
        collect,
      )
      .addOption(
        new Option(
          '--output <form>',
          'how to show events (default: interactive on a terminal, else lines)',
        ).choices(OUTPUTS),
      )
      .option(
        '--retry <n>',
        'send an event so many more times if the local server does not answer with 2xx',
        readWhole,
      )
      .option(
        '--answer-timeout <duration>',
        'how long the local server may take for an answer (default 30s)',
        readDuration,
      )
      .option('--insecure', 'accept any certificate of a local server; only for this machine')
      .option(
        '--record <file>',
        'append each event with its request and its result to a file, for "hookline replay --from"',
      )
      .option(
        '--report [name]',
        "show each result in the journey of its event, under this name (default: this machine's)",
        readReporter,
      )
      .option('--show-response', "show the body of the local server's answers")
      .option('--show-skipped', 'show events that no --forward matches'),
  );
}

const ABOUT = `
The local server gets the request as the provider sent it: method, path, query, headers and bytes. So the provider's
own signature verifies. Beside it are webhook-id, webhook-timestamp and webhook-signature, signed with a listen secret
that the profile keeps. Header values that are secrets, such as tokens, are not forwarded.

While the local server is away, events are held and sent when it answers again. The position moves on only when an event
was answered; "--since last" continues there.

With --report, "hookline journey" and the dashboard show what this machine answered, also to others. The key needs the
scope events:write. A result is not a delivery, and no statistics count it.

Keys on a terminal: j k select, Enter details, r send again, o open in the browser, c print as curl, f only failures,
p pause, q quit.`;

export function registerListen(command: Command, context: Context): void {
  addListenOptions(command)
    .addHelpText('after', ABOUT)
    .action(context.act(async () => listen(command.opts(), context.gateway(command), context)));
}

/** Runs until it is stopped. */
export async function listen(flags: ListenFlags, gateway: Gateway, context: Context): Promise<number> {
  const { terminal, paths } = context;
  const targets = readTargets(flags.forward ?? []);
  if (flags.insecure === true) requireLoopback(targets);
  if (flags.report !== undefined && targets.length === 0)
    throw new CliError(EXIT.usage, '--report needs --forward.');
  const reportAs = flags.report === true ? nameOfMachine() : flags.report;
  const since = readSince(flags.since, Date.now());
  const isTerminal = terminal.isInteractive && terminal.outIsTty;
  const output = flags.output ?? (isTerminal ? 'interactive' : 'lines');
  if (output === 'interactive' && !isTerminal)
    throw new CliError(EXIT.usage, '--output interactive needs a terminal.');
  const filter = toFeedFilter(flags);
  const caller = await readCaller(gateway);
  const store = openCursorStore(paths.cursors, {
    // A profile may get the key of another tenant.
    account: [gateway.url, nameOf(caller), gateway.profile ?? ''].join(' '),
    filters: [filter],
  });
  const release = store.claim();
  if (release === undefined)
    terminal.err(
      'Another "hookline listen" with the same account and filter runs here: both get each event, and only the other one keeps its position.\n',
    );
  const secret = readListenSecret(paths.config, gateway.profile, terminal.env);
  const session = createListenSession({
    gateway,
    filters: [filter],
    targets,
    start: startOf(since, store.read(), (text) => terminal.err(`${text}\n`)),
    store: release === undefined ? undefined : store,
    forward: {
      listenSecret: secret.secret,
      retries: flags.retry ?? 0,
      answerTimeoutMs: flags.answerTimeout ?? 30_000,
      insecure: flags.insecure === true,
    },
    record: flags.record,
    reportAs,
    exitAfter: flags.exitAfter,
    timeoutMs: flags.timeout,
    giveUpAfterMs: flags.giveUpAfter,
    stopped: terminal.stopped,
  });

  const profile = gateway.profile === undefined ? '' : `profile "${gateway.profile}", `;
  terminal.err(
    `${safeLine(gateway.url)} as ${safeLine(nameOf(caller))} (${profile}key of ${gateway.keyFrom})\n`,
  );
  terminal.err(`  events     ${safeLine(describeFilter(flags))}\n`);
  for (const { pattern, url } of targets) terminal.err(`  forward    ${pattern} → ${url.href}\n`);
  if (targets.length === 0) terminal.err('  forward    nowhere: events are only shown (see --forward)\n');
  else
    terminal.err(
      `  signature  webhook-signature, with the listen secret ${secret.secret} (${secret.origin})\n`,
    );

  if (reportAs !== undefined)
    terminal.err(`  report     each result, in the journey of its event, as "${safeLine(reportAs)}"\n`);

  const reporter =
    output === 'interactive'
      ? createInteractiveReporter(
          terminal,
          {
            showSkipped: flags.showSkipped === true || targets.length === 0,
            showResponse: flags.showResponse === true,
          },
          {
            again: (forwarding) => session.again(forwarding),
            open: ({ event }) => openInBrowser(pageOf(gateway.url, event.id)),
            curlOf: ({ request }) => (request === undefined ? undefined : localCurl(request)),
            setPaused: (isPaused) => (isPaused ? session.forwarder.pause() : session.forwarder.resume()),
            quit: () => session.stop(),
          },
        )
      : createLinesReporter(terminal, {
          output,
          showSkipped: flags.showSkipped === true || targets.length === 0,
          showResponse: flags.showResponse === true,
        });
  try {
    return await session.run(reporter);
  } finally {
    reporter.close();
    release?.();
  }
}

const CONTROL = /\p{Cc}/gu;

function readReporter(value: string): string {
  if (value === '' || value.length > MAX_REPORTER_LENGTH || value.search(CONTROL) !== -1)
    throw new InvalidArgumentError(
      `It must have 1 to ${MAX_REPORTER_LENGTH} characters, and no control characters.`,
    );
  return value;
}

const nameOfMachine = (): string =>
  hostname().replace(CONTROL, '').slice(0, MAX_REPORTER_LENGTH) || 'this machine';

function startOf(
  since: Since,
  stored: ReturnType<ReturnType<typeof openCursorStore>['read']>,
  say: (text: string) => void,
): FeedStart {
  if (since.kind === 'now') return {};
  if (since.kind === 'time') return { afterTimeMs: Date.parse(since.at) };
  if (stored === undefined) {
    say('There is no last position for these events: it begins now.');
    return {};
  }
  return { cursor: stored.cursor, afterEventId: stored.eventId, handled: stored.answered };
}
