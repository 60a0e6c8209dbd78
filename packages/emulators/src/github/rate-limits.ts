import { BoundedMap } from '../core/bounded.ts';
import type { EmulatorClock } from '../core/clock.ts';
import { WindowLimit } from '../core/window-limit.ts';
import { failure } from './failure.ts';
import type { Caller } from './state.ts';

const DEFAULT_LIMIT = 5_000;
const HOUR_MS = 3_600_000;
const MAX_ACCOUNTS = 100_000;
const WRITES_PER_MINUTE = 80;

interface Window {
  used: number;
  endsAtMs: number;
}

/** Requests per person and hour, over all applications and tokens of the person. */
export class RateLimits {
  limit = DEFAULT_LIMIT;
  /** Requests that change something. */
  readonly writes: WindowLimit;
  readonly #clock: EmulatorClock;
  readonly #windows = new BoundedMap<string, Window>(MAX_ACCOUNTS);

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
    this.writes = new WindowLimit(clock, WRITES_PER_MINUTE, 60_000);
  }

  /** @throws Answer 403 if nothing remains */
  check(caller: Caller): void {
    const window = this.#windowOf(caller.account.id);
    if (window.used >= this.limit) {
      throw failure(403, `API rate limit exceeded for user ID ${caller.account.numericId}.`, {
        headers: this.headersOf(caller),
      });
    }
  }

  /** Counts an answer. Answers with status 304 are free. */
  count(caller: Caller): void {
    if (!caller.uncounted) this.#windowOf(caller.account.id).used += 1;
  }

  use(accountId: string, requests: number): void {
    this.#windowOf(accountId).used += requests;
  }

  headersOf(caller: Caller): Record<string, string> {
    const { used, endsAtMs } = this.#windowOf(caller.account.id);
    return {
      'x-ratelimit-limit': String(this.limit),
      'x-ratelimit-remaining': String(Math.max(0, this.limit - used)),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(Math.ceil(endsAtMs / 1000)),
      'x-ratelimit-resource': 'core',
    };
  }

  /** The answer to `GET /rate_limit`. */
  describe(caller: Caller) {
    const { used, endsAtMs } = this.#windowOf(caller.account.id);
    const core = {
      limit: this.limit,
      used,
      remaining: Math.max(0, this.limit - used),
      reset: Math.ceil(endsAtMs / 1000),
    };
    return { resources: { core }, rate: core };
  }

  #windowOf(accountId: string): Window {
    const nowMs = this.#clock.nowMs();
    const known = this.#windows.get(accountId);
    if (known !== undefined && known.endsAtMs > nowMs) return known;
    const window = { used: 0, endsAtMs: nowMs + HOUR_MS };
    this.#windows.set(accountId, window);
    return window;
  }
}
