import { Answer } from '../core/answer.ts';
import type { EmulatorClock } from '../core/clock.ts';
import { WindowLimit } from '../core/window-limit.ts';
import type { SpotifyApplication } from './state.ts';

/** The limit of each application, and the development-mode quota of each developer. */
export class SpotifyLimits {
  /** Requests in 30 seconds. */
  readonly requests: WindowLimit;
  readonly #clock: EmulatorClock;
  readonly #exhaustedUntilMs = new Map<string, number>();

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
    this.requests = new WindowLimit(clock, 180, 30_000);
  }

  exhaust(developer: string, seconds: number): void {
    this.#exhaustedUntilMs.set(developer, this.#clock.nowMs() + seconds * 1000);
  }

  /** @throws Answer 429 */
  take({ clientId, developer }: SpotifyApplication): void {
    const nowMs = this.#clock.nowMs();
    const quotaEndsMs = this.#exhaustedUntilMs.get(developer) ?? 0;
    if (quotaEndsMs > nowMs) throw rateLimited((quotaEndsMs - nowMs) / 1000, 'QUOTA_EXCEEDED');
    const limit = this.requests.take(clientId);
    if (limit.refused) throw rateLimited((limit.resetAtMs - nowMs) / 1000);
  }
}

export function rateLimited(seconds: number, reason?: string): Answer {
  const message = reason === undefined ? 'API rate limit exceeded' : 'Quota exceeded';
  return new Answer(
    429,
    { error: { status: 429, message, ...(reason !== undefined && { reason }) } },
    { 'retry-after': String(Math.max(1, Math.ceil(seconds))) },
  );
}
