import { BoundedMap } from './bounded.ts';
import type { EmulatorClock } from './clock.ts';

const MAX_KEYS = 100_000;

export interface WindowState {
  readonly limit: number;
  readonly remaining: number;
  /** The emulated time at which the window ends. */
  readonly resetAtMs: number;
  /** The request is over the limit and was not counted. */
  readonly refused: boolean;
}

/** Counts requests by key in windows that begin with the first request. */
export class WindowLimit {
  #requests: number;
  #windowMs: number;
  readonly #clock: EmulatorClock;
  readonly #windows = new BoundedMap<string, { used: number; endsAtMs: number }>(MAX_KEYS);

  constructor(clock: EmulatorClock, requests: number, windowMs: number) {
    this.#clock = clock;
    this.#requests = requests;
    this.#windowMs = windowMs;
  }

  take(key: string, cost = 1): WindowState {
    const nowMs = this.#clock.nowMs();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAtMs <= nowMs) {
      window = { used: 0, endsAtMs: nowMs + this.#windowMs };
      this.#windows.set(key, window);
    }
    const refused = window.used + cost > this.#requests;
    if (!refused) window.used += cost;
    return {
      limit: this.#requests,
      remaining: Math.max(0, this.#requests - window.used),
      resetAtMs: window.endsAtMs,
      refused,
    };
  }

  /** Sets the limit and begins all windows again. */
  change(requests: number, windowSeconds: number): void {
    this.#requests = requests;
    this.#windowMs = windowSeconds * 1000;
    this.#windows.clear();
  }
}
