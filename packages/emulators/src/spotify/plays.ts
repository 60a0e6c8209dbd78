import { BoundedMap } from '../core/bounded.ts';

const MAX_ACCOUNTS = 20_000;
/** The real list never goes further back. */
const MAX_KNOWN = 50;
const MAX_KEPT = 1_000;

export interface Play {
  readonly trackId: string;
  readonly trackName: string;
  readonly playedAtMs: number;
  /** The list shows it from then on. Later than `playedAtMs`: a late play. */
  readonly visibleAtMs: number;
}

export interface PlayQuery {
  readonly limit: number;
  /** Exclusive, in milliseconds. */
  readonly after: number | undefined;
  readonly before: number | undefined;
  readonly nowMs: number;
}

/** What the accounts have listened to. */
export class Plays {
  readonly #plays = new BoundedMap<string, Play[]>(MAX_ACCOUNTS);
  readonly #emptyAnswers = new Map<string, number>();

  add(accountId: string, plays: readonly Play[]): void {
    const all = [...(this.#plays.get(accountId) ?? []), ...plays];
    all.sort((a, b) => b.playedAtMs - a.playedAtMs);
    this.#plays.set(accountId, all.slice(0, MAX_KEPT));
  }

  /** The next answers for that account are empty lists, as the real API gives at times. */
  answerEmpty(accountId: string, times: number): void {
    this.#emptyAnswers.set(accountId, times);
  }

  /** Newest first, out of the newest 50 that are visible. */
  list(accountId: string, { limit, after, before, nowMs }: PlayQuery): Play[] {
    const empty = this.#emptyAnswers.get(accountId) ?? 0;
    if (empty > 0) {
      this.#emptyAnswers.set(accountId, empty - 1);
      return [];
    }
    return (this.#plays.get(accountId) ?? [])
      .filter(({ visibleAtMs }) => visibleAtMs <= nowMs)
      .slice(0, MAX_KNOWN)
      .filter(
        ({ playedAtMs }) =>
          (after === undefined || playedAtMs > after) && (before === undefined || playedAtMs < before),
      )
      .slice(0, limit);
  }
}
