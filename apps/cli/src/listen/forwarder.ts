import type { FeedEvent } from '@hookline/contracts';
import type { LocalRequest, OriginalRequest } from './local-request.ts';
import type { LocalResult } from './send-local.ts';
import type { Target } from './targets.ts';

/** An event on its way to a local server. */
export interface Forwarding {
  readonly event: FeedEvent;
  /** The position of the feed after this event. Undefined for an event that was read from the API. */
  readonly cursor: string | undefined;
  readonly target: Target | undefined;
  /**
   * `queued`, `sending` and `holding` (the local server refuses), then `done`, with a result. `skipped` has no target.
   */
  state: 'queued' | 'sending' | 'holding' | 'done' | 'skipped';
  attempts: number;
  /** Sent again by hand: it neither counts nor moves the position. */
  readonly isRepeat?: true;
  original?: OriginalRequest;
  request?: LocalRequest;
  result?: LocalResult | { kind: 'unreadable'; message: string; durationMs: number };
}

export interface ForwarderOptions {
  targetOf(type: string): Target | undefined;
  load(event: FeedEvent): Promise<OriginalRequest>;
  /** Whether to load again after an error. */
  mayPass(error: unknown, attempt: number): boolean;
  prepare(original: OriginalRequest, target: Target, event: FeedEvent): LocalRequest;
  send(request: LocalRequest): Promise<LocalResult>;
  /** How many more times an event is sent that the local server did not answer with 2xx. */
  retries: number;
  /** Waits. Rejects when the forwarder is stopped. */
  sleep(ms: number): Promise<void>;
  onChange(forwarding: Forwarding): void;
  /** An event has its result. Called before the position moves, and before `onChange` shows it. */
  onDone(forwarding: Forwarding): void;
  /** The forwarder cannot go on: it was stopped while it waited, or a callback failed. */
  onError(error: unknown): void;
  /** Called when an event has been answered or skipped. */
  onAnswered(position: AnsweredPosition): void;
}

/** A place in the feed to continue from. */
export interface AnsweredPosition {
  /** Undefined as long as nothing is known to continue from. */
  cursor: string | undefined;
  /** The last event before it; undefined before the first one. */
  event: FeedEvent | undefined;
  /** Events after the position that have been answered already. */
  ahead: readonly string[];
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;
/** So often an event is sent to a server that breaks off: it may be the event that makes it crash. */
const MAX_BROKEN = 3;

/**
 * Sends events to local servers: one after the other to each target, in their order. While a local server refuses,
 * its events are held. The position moves only behind events that were answered, so that a `listen` that was killed
 * continues with the first one that was not.
 */
export class Forwarder {
  /** Events without an answer, and those behind them, in the order of the feed. */
  readonly #open: Forwarding[] = [];
  readonly #lanes = new Map<Target, Forwarding[]>();
  readonly #options: ForwarderOptions;
  #cursor: string | undefined;
  #last: FeedEvent | undefined;
  #isPaused = false;
  #resume: () => void = () => {};
  #resumed: Promise<void> = Promise.resolve();
  #waiters: (() => void)[] = [];

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /** The feed begins here, or has come so far without a matching event. */
  moveTo(cursor: string): void {
    if (this.#open.length > 0) return;
    this.#cursor = cursor;
    this.#options.onAnswered({ cursor, event: this.#last, ahead: [] });
  }

  /** How many events are not answered yet. */
  get held(): number {
    return this.#open.reduce(
      (count, { state }) => (state === 'done' || state === 'skipped' ? count : count + 1),
      0,
    );
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  add(event: FeedEvent, cursor: string | undefined): Forwarding {
    const target = this.#options.targetOf(event.type);
    const forwarding: Forwarding = {
      event,
      cursor,
      target,
      state: target === undefined ? 'skipped' : 'queued',
      attempts: 0,
    };
    this.#open.push(forwarding);
    this.#options.onChange(forwarding);
    if (target === undefined) this.#advance();
    else this.#enqueue(target, forwarding);
    return forwarding;
  }

  /** Sends an event once more, whatever its result was. Its position does not change. */
  async again({ event, cursor, target }: Forwarding): Promise<void> {
    if (target === undefined) return;
    const repeat: Forwarding = { event, cursor, target, state: 'sending', attempts: 0, isRepeat: true };
    this.#options.onChange(repeat);
    await this.#sendOnce(repeat, target);
    repeat.state = 'done';
    this.#options.onChange(repeat);
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#resumed = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#isPaused = false;
    this.#resume();
  }

  /** Resolves when no event waits for an answer. */
  async whenIdle(): Promise<void> {
    while (this.held > 0) await this.#nextAnswer();
  }

  /** Resolves when no request is under way. Pause first, or the next one begins. */
  async whenQuiet(): Promise<void> {
    while (this.#open.some(({ state }) => state === 'sending')) await this.#nextAnswer();
  }

  #nextAnswer(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #enqueue(target: Target, forwarding: Forwarding): void {
    const lane = this.#lanes.get(target);
    if (lane !== undefined) {
      lane.push(forwarding);
      return;
    }
    const started = [forwarding];
    this.#lanes.set(target, started);
    this.#run(target, started).catch((error) => this.#options.onError(error));
  }

  async #run(target: Target, lane: Forwarding[]): Promise<void> {
    for (let next = lane[0]; next !== undefined; next = lane[0]) {
      await this.#resumed;
      await this.#deliver(next, target);
      lane.shift();
      next.state = 'done';
      this.#options.onDone(next);
      // Stored before it is shown: what a person has seen is not sent again.
      this.#advance();
      this.#options.onChange(next);
    }
    this.#lanes.delete(target);
  }

  /** Sends an event until it has a result that stands. */
  async #deliver(forwarding: Forwarding, target: Target): Promise<void> {
    const { sleep, retries, onChange } = this.#options;
    let broken = 0;
    let retried = 0;
    for (let pause = 0; ; pause++) {
      forwarding.state = 'sending';
      onChange(forwarding);
      const verdict = await this.#sendOnce(forwarding, target);
      if (verdict === 'broken') broken++;
      if (verdict === 'bad') retried++;
      const holds = verdict === 'refused' || (verdict === 'broken' && broken < MAX_BROKEN);
      if (!holds && !(verdict === 'bad' && retried <= retries)) return;
      forwarding.state = 'holding';
      onChange(forwarding);
      for (const resolve of this.#waiters.splice(0)) resolve();
      await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(pause, 10)));
      await this.#resumed;
    }
  }

  async #sendOnce(forwarding: Forwarding, target: Target): Promise<'good' | 'bad' | 'refused' | 'broken'> {
    const { load, mayPass, prepare, send } = this.#options;
    forwarding.attempts++;
    try {
      forwarding.original ??= await load(forwarding.event);
      // Made for each attempt: its signature has the time.
      forwarding.request = prepare(forwarding.original, target, forwarding.event);
    } catch (error) {
      forwarding.result = { kind: 'unreadable', message: (error as Error).message, durationMs: 0 };
      return mayPass(error, forwarding.attempts) ? 'refused' : 'good';
    }
    const result = await send(forwarding.request);
    forwarding.result = result;
    switch (result.kind) {
      case 'answered':
        return result.status >= 200 && result.status < 300 ? 'good' : 'bad';
      case 'timeout':
        return 'bad';
      case 'impossible':
        return 'good';
      case 'refused':
      case 'broken':
        return result.kind;
    }
  }

  /** Moves the position behind the events at the front that need nothing more. */
  #advance(): void {
    for (
      let first = this.#open[0];
      first?.state === 'done' || first?.state === 'skipped';
      first = this.#open[0]
    ) {
      this.#cursor = first.cursor ?? this.#cursor;
      this.#last = first.event;
      this.#open.shift();
    }
    const ahead = this.#open.filter(({ state }) => state === 'done').map(({ event }) => event.id);
    this.#options.onAnswered({ cursor: this.#cursor, event: this.#last, ahead });
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
