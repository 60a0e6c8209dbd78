import { storedEventOperations } from '@hookline/contracts';
import type { NaturalKey, PushedEvent } from '@hookline/providers';
import { parseBody } from '../provider-api/parse-body.ts';
import type { InternalApi } from '../services/internal-api.ts';

const PAGE = 200;
const MAX_PAGES = 50;
/** Clocks differ, and a provider's list may be late. */
const MARGIN_MS = 900_000;

/** A stored event that may be the copy of another one. */
export interface StoredCopy {
  readonly natural: NaturalKey;
  /** When it happened. */
  readonly timeMs: number;
}

/** Stored events by their natural keys. */
export type StoredCopies = Map<string, StoredCopy[]>;

export interface StoredRange {
  readonly tenant: string;
  /** The source or the connection that the events came by. */
  readonly sender: string;
  readonly sinceMs: number;
}

/** Adds the events that a sender brought since a time. */
export async function readStoredCopies(
  delivery: InternalApi,
  { tenant, sender, sinceMs }: StoredRange,
  keyOf: (event: PushedEvent) => NaturalKey | undefined,
  into: StoredCopies,
): Promise<void> {
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { data } = await delivery.call(storedEventOperations.listReceivedEvents, {
      body: {
        tenant,
        sender,
        since: new Date(sinceMs - MARGIN_MS).toISOString(),
        until: '9999-01-01T00:00:00Z',
        limit: PAGE,
        ...(after !== undefined && { after }),
      },
    });
    for (const { type, payload, time } of data) {
      const natural = keyOf({ type, payload: parseBody(payload) });
      if (natural === undefined) continue;
      const same = into.get(natural.key) ?? [];
      same.push({ natural, timeMs: Date.parse(time) });
      into.set(natural.key, same);
    }
    after = data.at(-1)?.id;
    if (data.length < PAGE || after === undefined) return;
  }
}

/** Events are copies if their keys are equal, and for a key that is not exact, if they happened near each other. */
export function hasCopy(
  copies: ReadonlyMap<string, readonly StoredCopy[]>,
  natural: NaturalKey | undefined,
  timeMs: number | undefined,
): boolean {
  if (natural === undefined) return false;
  return (copies.get(natural.key) ?? []).some((copy) => {
    const withinSeconds = natural.withinSeconds ?? copy.natural.withinSeconds;
    if (withinSeconds === undefined || timeMs === undefined) return true;
    return Math.abs(copy.timeMs - timeMs) <= withinSeconds * 1_000;
  });
}
