import { ID_PREFIX, type JournalEntry } from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import { createIdFactory } from '@hookline/service';
import { insertJournalEntry, insertJournalEntryIn } from '../sql/insert-journal-entry.ts';

/** One thing that happened to a connection. It never contains a token, a code or a secret. */
export interface JournalRecord {
  connectionId: string;
  tenant: string;
  kind: JournalEntry['kind'];
  /** A short code, such as `succeeded`. */
  outcome: string;
  /** A plain sentence. */
  text: string;
  detail?: Record<string, unknown>;
}

/** Stores what happens to connections, for their journeys. */
export interface Journal {
  /** In a transaction the entry is stored only with it; by a database, in a transaction of its own. */
  record(where: Transaction | Database, entry: JournalRecord): Promise<void>;
}

const MAX_TEXT = 1_000;
const MAX_OUTCOME = 100;
const MAX_DETAIL = 8_192;

export function createJournal(): Journal {
  const nextId = createIdFactory(ID_PREFIX.connectionJournal);
  return {
    async record(where, entry) {
      const detail = JSON.stringify(entry.detail ?? {});
      const row = {
        id: nextId(),
        connectionId: entry.connectionId,
        tenantId: entry.tenant,
        kind: entry.kind,
        outcome: storable(entry.outcome, MAX_OUTCOME),
        text: storable(entry.text, MAX_TEXT),
        detail: detail.length > MAX_DETAIL ? '{"omitted": "too long"}' : withoutNul(detail),
      };
      if ('system' in where) await insertJournalEntry(where, row);
      else await insertJournalEntryIn(where, row);
    },
  };
}

/** Postgres stores neither NUL nor unpaired surrogates, and parts of a text may come from a provider. */
const storable = (text: string, maxLength: number) =>
  text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\u{fffd}');

/** In JSON text NUL and unpaired surrogates are escapes, which jsonb refuses. */
const withoutNul = (json: string) => json.replaceAll(/\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, '\u{fffd}');
