import { appendFileSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedFilter } from '@hookline/contracts';
import { countNouns } from '@hookline/contracts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { safeJson } from '../terminal/safe-text.ts';
import type { CursorStore } from './cursor-store.ts';
import { FeedReader, type FeedStart, type ReaderState, refusedError } from './feed-reader.ts';
import { Forwarder, type Forwarding } from './forwarder.ts';
import { loadRequest } from './load-request.ts';
import { toLocalRequest } from './local-request.ts';
import { mayPass } from './may-pass.ts';
import { describeRecord } from './record.ts';
import type { Reporter } from './reporter.ts';
import { ResultReports } from './result-reports.ts';
import { sendLocal } from './send-local.ts';
import { type Target, targetOf } from './targets.ts';

export interface ListenOptions {
  gateway: Gateway;
  filters: readonly FeedFilter[];
  targets: readonly Target[];
  start: FeedStart;
  /** Undefined: the position is not kept. */
  store: CursorStore | undefined;
  /** Undefined: events are only shown. */
  forward: ForwardOptions | undefined;
  /** The file to which each event is written. */
  record: string | undefined;
  /** The name of this machine, under which results are reported to the gateway. Undefined: they are not. */
  reportAs: string | undefined;
  /** Ends after so many events. */
  exitAfter: number | undefined;
  /** Ends with an error if it has not ended before. */
  timeoutMs: number | undefined;
  /** Ends when the gateway could not be reached for so long. */
  giveUpAfterMs: number | undefined;
  stopped: AbortSignal;
}

export interface ForwardOptions {
  /** `whsec_…` that every request is signed with. */
  listenSecret: string;
  retries: number;
  answerTimeoutMs: number;
  insecure: boolean;
}

/** How nothing is forwarded: without targets, none of it is used. */
const NO_FORWARDING: ForwardOptions = {
  listenSecret: '',
  retries: 0,
  answerTimeoutMs: 0,
  insecure: false,
};

export interface Session {
  readonly forwarder: Forwarder;
  /** Sends an event once more. */
  again(forwarding: Forwarding): void;
  /** Ends the session, as Ctrl-C does. */
  stop(): void;
  /** Resolves with the exit code when the session has ended. */
  run(reporter: Reporter): Promise<ExitCode>;
}

/** Ids of answered events that are stored, so that none is sent again if the feed is read from the API. */
const STORED_IDS = 100;
/** How long the answers that are under way are waited for at the end. */
const LAST_ANSWER_MS = 2_000;
/** How long the last results are reported at the end. */
const LAST_REPORT_MS = 3_000;
/** The position moves on in a feed without matching events, too. */
const POSITION_INTERVAL_MS = 15_000;

/** Follows the feed and forwards its events until it is stopped. */
export function createListenSession(options: ListenOptions): Session {
  const { gateway, filters, targets, start, store, stopped } = options;
  const { listenSecret, retries, answerTimeoutMs, insecure } = options.forward ?? NO_FORWARDING;
  const ending = new AbortController();
  const { signal } = ending;
  const answered: string[] = [...(start.handled ?? [])];
  const reports =
    options.reportAs === undefined
      ? undefined
      : new ResultReports({ gateway, reporter: options.reportAs, onNote: (text) => reporter?.note(text) });
  const recorder = options.record === undefined ? undefined : openSync(options.record, 'a', 0o600);
  let reporter: Reporter | undefined;
  let count = 0;
  let end: (outcome: ExitCode | CliError) => void = () => {};
  const ended = new Promise<ExitCode | CliError>((resolve) => {
    end = resolve;
  });

  const fail = (error: unknown) =>
    end(error instanceof CliError ? error : new CliError(EXIT.error, String(error), { cause: error }));

  const forwarder = new Forwarder({
    targetOf: (type) => targetOf(targets, type),
    load: (event) => loadRequest(gateway, event),
    mayPass,
    prepare: (original, target, event) =>
      toLocalRequest(original, target.url, {
        id: event.id,
        type: event.type,
        secret: listenSecret,
        timestampSeconds: Math.floor(Date.now() / 1_000),
      }),
    send: (request) => sendLocal(request, { timeoutMs: answerTimeoutMs, insecure, signal }),
    retries,
    sleep: (ms) => sleep(ms, undefined, { signal }),
    onChange(forwarding) {
      reporter?.change(forwarding);
      showHolding(forwarding);
      if (forwarding.state === 'done') reports?.add(forwarding);
      if (forwarding.isRepeat) return;
      if (forwarding.state === 'done' || (forwarding.state === 'skipped' && targets.length === 0)) countOne();
    },
    onDone(forwarding) {
      answered.push(forwarding.event.id);
      if (answered.length > 2 * STORED_IDS) answered.splice(0, STORED_IDS);
      if (recorder !== undefined) appendFileSync(recorder, `${safeJson(describeRecord(forwarding))}\n`);
    },
    onError: (error) => {
      if (!signal.aborted) fail(error);
    },
    onAnswered({ cursor, event, ahead }) {
      if (cursor !== undefined || event !== undefined) {
        store?.write({
          cursor,
          eventId: event?.id ?? start.afterEventId,
          answered: [...answered.slice(-STORED_IDS), ...ahead],
        });
      }
      reader.resume();
    },
  });

  const reader = new FeedReader({
    gateway,
    filters,
    start,
    onEvent: (event, cursor) => void forwarder.add(event, cursor),
    onPosition: (cursor) => forwarder.moveTo(cursor),
    onState: (state) => {
      watchReconnecting(state);
      reporter?.state(state);
      if (state.status === 'refused') end(refusedError(gateway, state));
    },
    onLost: (message) => reporter?.note(message),
    onError: fail,
    held: () => forwarder.held,
  });

  function countOne(): void {
    count++;
    if (options.exitAfter === undefined || count < options.exitAfter) return;
    forwarder.pause();
    end(EXIT.ok);
  }

  /** The local servers that refuse. */
  const refusing = new Map<string, string>();
  let lastProblem = '';
  function showHolding({ state, target, result }: Forwarding): void {
    if (target === undefined || reporter === undefined) return;
    const { host } = target.url;
    if (state === 'holding' && result?.kind === 'unreadable') {
      const text = `The gateway does not give the requests of events; they wait: ${result.message}`;
      if (text !== lastProblem) reporter.note(text);
      lastProblem = text;
      return;
    }
    if (state === 'holding' && result !== undefined && result.kind !== 'answered') {
      const text = `${result.message} ${forwarder.held}`;
      if (refusing.get(host) === text) return;
      refusing.set(host, text);
      reporter.holding(host, forwarder.held, result.message);
    } else if (state === 'done' && refusing.delete(host)) reporter.holding(host, 0, '');
  }

  let wasLive = false;
  let giveUp: NodeJS.Timeout | undefined;
  function watchReconnecting({ status }: ReaderState): void {
    if (status === 'live') {
      wasLive = true;
      clearTimeout(giveUp);
      giveUp = undefined;
    } else if (status === 'waiting' && options.giveUpAfterMs !== undefined) {
      const ms = options.giveUpAfterMs;
      giveUp ??= setTimeout(() => {
        const message = `The gateway could not be reached ${wasLive ? 'again ' : ''}for ${ms / 1_000} s.`;
        end(new CliError(wasLive ? EXIT.gaveUp : EXIT.unreachable, message));
      }, ms);
    }
  }

  return {
    forwarder,
    again(forwarding) {
      // Rejects only when the session ends meanwhile.
      forwarder.again(forwarding).catch(() => {});
    },
    stop: () => end(EXIT.ok),
    async run(shown) {
      reporter = shown;
      const onStop = () => end(EXIT.ok);
      if (stopped.aborted) return EXIT.ok;
      stopped.addEventListener('abort', onStop, { once: true });
      const limit =
        options.timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              const wanted =
                options.exitAfter === undefined
                  ? ''
                  : `; ${count} of ${countNouns(options.exitAfter, 'event')} came`;
              end(
                new CliError(
                  EXIT.error,
                  `Nothing ended it within ${(options.timeoutMs ?? 0) / 1_000} s${wanted}.`,
                ),
              );
            }, options.timeoutMs);
      const positions = setInterval(() => {
        const cursor = reader.position;
        if (cursor !== undefined) forwarder.moveTo(cursor);
      }, POSITION_INTERVAL_MS);
      reader.start();
      const outcome = await ended;
      clearTimeout(limit);
      clearTimeout(giveUp);
      clearInterval(positions);
      reader.close();
      forwarder.pause();
      // The local server has perhaps done its work already: with its answer the event is not sent again.
      await Promise.race([forwarder.whenQuiet(), sleep(LAST_ANSWER_MS, undefined, { ref: false })]);
      await reports?.end(LAST_REPORT_MS);
      ending.abort();
      stopped.removeEventListener('abort', onStop);
      if (outcome instanceof CliError) throw outcome;
      return outcome;
    },
  };
}
