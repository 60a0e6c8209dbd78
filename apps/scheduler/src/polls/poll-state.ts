import { createHash } from 'node:crypto';

/** The stored position of a poll. */
export interface PollState {
  /** The first poll has been made: what it found was there before. */
  readonly baseline?: true;
  /**
   * For the first poll: what happened after that time, in ms since 1970, was not there before. Present if the resource is
   * polled because of what happened.
   */
  readonly sinceMs?: number;
  readonly cursor?: string;
  /** Hashes of the items that are known, the latest last. */
  readonly seen?: readonly string[];
  /** For a list that is a state: what to remember of its items, as texts of JSON objects, by their ids. */
  readonly snapshot?: Readonly<Record<string, string>>;
  /** How often the snapshot has changed. */
  readonly round?: number;
  /** The last list was empty although the one before was not. */
  readonly doubtsEmpty?: true;
  /** The ETag or the time of the last complete answer. */
  readonly validator?: string;
  /** When the last complete poll began, in ms since 1970. */
  readonly polledAtMs?: number;
  /** The last complete poll found items. */
  readonly hadItems?: boolean;
  /** Someone asked for what was there before. */
  readonly backfill?: true;
  /** Set while there are pages to be read. */
  readonly progress?: PollProgress;
}

export interface PollProgress {
  readonly mode: 'poll' | 'resync';
  readonly startedAtMs: number;
  /** For `mode: 'resync'`: since when, in seconds since 1970. */
  readonly since?: number;
  /** Query parameters of the next page. */
  readonly page?: Readonly<Record<string, string>>;
  /** The cursor after all pages. */
  readonly cursor?: string;
  readonly validator?: string;
  readonly pages: number;
  readonly items: number;
  /** None of the items was known. */
  readonly onlyNew: boolean;
}

export const hashOfItem = (seenAs: string): string =>
  createHash('sha256').update(seenAs).digest('base64url').slice(0, 12);

/**
 * The known items after a page. Items that the provider still lists stay known longest.
 * @param page the hashes of the page, the newest first
 */
export function remember(seen: readonly string[], page: readonly string[], limit: number): readonly string[] {
  const listed = new Set(page);
  return [...seen.filter((hash) => !listed.has(hash)), ...[...listed].reverse()].slice(-limit);
}
