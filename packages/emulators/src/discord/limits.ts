import type { FastifyReply } from 'fastify';
import { Answer } from '../core/answer.ts';
import type { EmulatorClock } from '../core/clock.ts';
import { WindowLimit } from '../core/window-limit.ts';

const INVALID_WINDOW_MS = 600_000;
const MAX_INVALID = 10_000;
const BAN_SECONDS = 3_600;

/** Requests per route and person, and the ban of an address after 10,000 invalid requests in ten minutes. */
export class DiscordLimits {
  readonly routes: WindowLimit;
  readonly #clock: EmulatorClock;
  #invalid = 0;
  #invalidSinceMs = 0;
  #bannedUntilMs = 0;

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
    this.routes = new WindowLimit(clock, 5, 5_000);
  }

  /** Answers with 401, 403 and 429 in the current ten minutes. */
  get invalidRequests(): number {
    return this.#clock.nowMs() - this.#invalidSinceMs < INVALID_WINDOW_MS ? this.#invalid : 0;
  }

  /** @throws Answer 429 without JSON while the address is banned */
  checkBan(): void {
    const leftMs = this.#bannedUntilMs - this.#clock.nowMs();
    if (leftMs <= 0) return;
    throw new Answer(429, 'error code: 1015', {
      'content-type': 'text/plain; charset=UTF-8',
      'retry-after': String(Math.ceil(leftMs / 1000)),
    });
  }

  countInvalid(count: number): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#invalidSinceMs >= INVALID_WINDOW_MS) {
      this.#invalidSinceMs = nowMs;
      this.#invalid = 0;
    }
    this.#invalid += count;
    if (this.#invalid >= MAX_INVALID) this.#bannedUntilMs = nowMs + BAN_SECONDS * 1000;
  }

  /** @throws Answer 429 */
  take(route: string, accountId: string, reply: FastifyReply): void {
    const state = this.routes.take(`${route} ${accountId}`);
    const leftSeconds = Math.max(0, state.resetAtMs - this.#clock.nowMs()) / 1000;
    const headers = {
      'x-ratelimit-limit': String(state.limit),
      'x-ratelimit-remaining': String(state.remaining),
      'x-ratelimit-reset': (state.resetAtMs / 1000).toFixed(3),
      'x-ratelimit-reset-after': leftSeconds.toFixed(3),
      'x-ratelimit-bucket': `bucket-${route.replaceAll(/[^a-z]+/g, '-')}`,
    };
    if (state.refused) throw rateLimited(leftSeconds, { ...headers, 'x-ratelimit-scope': 'user' });
    reply.headers(headers);
  }
}

export function rateLimited(seconds: number, headers: Record<string, string> = {}): Answer {
  return new Answer(
    429,
    { message: 'You are being rate limited.', retry_after: Number(seconds.toFixed(3)), global: false },
    { 'retry-after': String(Math.ceil(seconds)), ...headers },
  );
}
