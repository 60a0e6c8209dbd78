import { setTimeout as sleep } from 'node:timers/promises';
import { isHooklineError } from '@hookline/client';
import { type LocalResult, MAX_LOCAL_DETAIL_LENGTH, MAX_LOCAL_RESULTS } from '@hookline/contracts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Forwarding } from './forwarder.ts';

export interface ResultReportsOptions {
  gateway: Gateway;
  /** The name of this machine, as the journeys show it. */
  reporter: string;
  /** Tells the person that results are late or lost. */
  onNote(text: string): void;
  /** The time between two calls. Default 1 s: an event of the feed is stored by then. */
  intervalMs?: number;
}

interface WaitingResult {
  readonly result: LocalResult;
  /** How often the gateway did not know the event. */
  misses: number;
}

const INTERVAL_MS = 1_000;
/** In place of the interval when the session ends. */
const LAST_INTERVAL_MS = 200;
/** Most results that wait while the gateway takes none. */
const MAX_WAITING = 1_000;
/** So often the result of an event that is not stored is sent again. */
const MAX_MISSES = 10;

/**
 * Reports results to the gateway, so that the journeys of the events show them: one call at a time, with all results that
 * came meanwhile. Forwarding never waits for it.
 */
export class ResultReports {
  readonly #options: ResultReportsOptions;
  readonly #waiting: WaitingResult[] = [];
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isLate = false;
  #hasLost = false;

  constructor(options: ResultReportsOptions) {
    this.#options = options;
  }

  add(forwarding: Forwarding): void {
    const result = toLocalResult(forwarding);
    if (result === undefined || this.#isStopped) return;
    this.#waiting.push({ result, misses: 0 });
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      if (!this.#hasLost)
        this.#options.onNote(`More than ${MAX_WAITING} results wait to be reported: the oldest are dropped.`);
      this.#hasLost = true;
    }
    this.#running ??= this.#run();
  }

  /** Reports what waits, and gives up after a time. */
  async end(withinMs: number): Promise<void> {
    this.#ending.abort();
    await Promise.race([this.#running, sleep(withinMs, undefined, { ref: false })]);
    this.#isStopped = true;
    const left = this.#waiting.length;
    if (left > 0)
      this.#options.onNote(`${left} result${left === 1 ? ' was' : 's were'} not reported to the gateway.`);
  }

  async #run(): Promise<void> {
    const { intervalMs = INTERVAL_MS } = this.#options;
    const { signal } = this.#ending;
    while (this.#waiting.length > 0) {
      if (signal.aborted) await sleep(Math.min(LAST_INTERVAL_MS, intervalMs));
      else await sleep(intervalMs, undefined, { signal }).catch(() => {});
      if (this.#isStopped) break;
      await this.#report(this.#waiting.splice(0, MAX_LOCAL_RESULTS));
    }
    this.#running = undefined;
  }

  async #report(batch: readonly WaitingResult[]): Promise<void> {
    const { gateway, reporter, onNote } = this.#options;
    try {
      const { data } = await gateway.call('reportLocalResults', {
        body: { reporter, results: batch.map(({ result }) => result) },
      });
      this.#isLate = false;
      const missing = new Set(data.missing);
      for (const waiting of batch) {
        if (missing.has(waiting.result.eventId) && ++waiting.misses < MAX_MISSES) this.#waiting.push(waiting);
      }
    } catch (error) {
      const { message } = error as Error;
      if (!mayPass(error)) {
        this.#isStopped = true;
        this.#waiting.length = 0;
        onNote(`Results are no longer reported: ${message}`);
        return;
      }
      this.#waiting.unshift(...batch);
      if (!this.#isLate) onNote(`Results cannot be reported and wait: ${message}`);
      this.#isLate = true;
    }
  }
}

/** Whether the call may succeed later. */
function mayPass(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!isHooklineError(cause)) return false;
  const { status } = cause;
  return status === undefined || status === 408 || status === 429 || status >= 500;
}

const MAX_DURATION_MS = 3_600_000;

/** @returns undefined if nothing was sent to the local server */
function toLocalResult({ event, result }: Forwarding): LocalResult | undefined {
  if (result === undefined || result.kind === 'unreadable') return undefined;
  const shared = {
    eventId: event.id,
    durationMs: Math.min(Math.round(result.durationMs), MAX_DURATION_MS),
    ...detailOf(result.kind === 'answered' ? textOf(result.body) : result.message),
  };
  return result.kind === 'answered'
    ? { ...shared, status: result.status }
    : { ...shared, error: result.kind };
}

/** What the API takes as a text. */
function detailOf(text: string): { detail?: string } {
  const detail = text.slice(0, MAX_LOCAL_DETAIL_LENGTH).replaceAll('\0', '\ufffd').toWellFormed();
  return detail === '' ? {} : { detail };
}

/** The beginning of a body; empty if it is no text. */
function textOf(body: Uint8Array): string {
  try {
    const start = body.subarray(0, 4 * MAX_LOCAL_DETAIL_LENGTH);
    // A character may be cut at the end.
    return new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
  } catch {
    return '';
  }
}
