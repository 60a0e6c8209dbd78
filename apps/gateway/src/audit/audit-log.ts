import { ApiError, ID_PREFIX, timeOfId } from '@hookline/contracts';
import { createBatchedWriter, type Database } from '@hookline/db';
import {
  Counter,
  createIdFactory,
  createRateWindow,
  type Logger,
  RETRY_AFTER_SECONDS,
  type Registry,
} from '@hookline/service';
import { insertAuditEntries, type NewAuditEntry } from '../sql/insert-audit-entries.ts';

/** An entry without what the log adds. */
export type AuditFacts = Omit<NewAuditEntry, 'id' | 'created_at'>;

/** The append-only log of changes and refusals. */
export interface AuditLog {
  /**
   * Before a change: there must be room for its entry.
   * @throws ApiError `unavailable` while too many entries wait for Postgres
   */
  requireRoom(): void;
  /**
   * Stores the entry of a change that was made, and resolves when it is stored.
   * @throws ApiError `unavailable` if it is not stored in time; it is then still being written
   */
  store(facts: AuditFacts): Promise<void>;
  /** Stores an entry soon. Of refusals of one actor only some a minute are stored; the others are counted. */
  note(facts: AuditFacts): void;
  /** Writes what waits. */
  close(): Promise<void>;
}

/** A change waits for its entry, so entries gather only while another batch is written. */
const GATHER_MS = 1;
const MAX_BATCH = 200;
/** At 20 KB at most. */
const MAX_WAITING = 1_000;
const STORED_WITHIN_MS = 10_000;
const REFUSALS_PER_MINUTE = 60;

interface Waiting {
  entry: NewAuditEntry;
  settle: (error?: unknown) => void;
}

export function createAuditLog(database: Database, metrics: Registry, logger: Logger): AuditLog {
  const nextId = createIdFactory(ID_PREFIX.audit);
  const closing = new AbortController();
  const refusals = createRateWindow({ limit: REFUSALS_PER_MINUTE, windowMs: 60_000 });
  const stored = new Counter({
    name: 'hookline_audit_entries_total',
    help: 'Audit entries that were stored, by outcome',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  const leftOut = new Counter({
    name: 'hookline_audit_left_out_total',
    help: 'Calls without an audit entry: budget, refusals beyond 60 a minute of one actor; full, too many entries waited, so nothing was changed; lost, the entry could not be stored and is in the log',
    labelNames: ['reason'],
    registers: [metrics],
  });

  /** The log of the process is the last place that an entry can go to. It holds no secret. */
  function lose({ entry, settle }: Waiting, error: unknown): void {
    leftOut.inc({ reason: 'lost' });
    logger.error({ err: error, entry }, 'an audit entry could not be stored');
    settle(error);
  }

  const writer = createBatchedWriter<Waiting>({
    gatherMs: GATHER_MS,
    enough: MAX_BATCH,
    maxItems: MAX_BATCH,
    maxConcurrent: 1,
    signal: closing.signal,
    onRetry(error, attempt) {
      if (attempt === 1) logger.warn({ err: error }, 'could not store audit entries; trying again');
    },
    write: (batch) =>
      insertAuditEntries(
        database,
        batch.map(({ entry }) => entry),
      ),
    onWritten(batch) {
      for (const { entry, settle } of batch) {
        stored.inc({ outcome: entry.outcome });
        settle();
      }
    },
    onRejected(waiting, error) {
      lose(waiting, error);
      return undefined;
    },
    onFailed(batch, error) {
      for (const waiting of batch) lose(waiting, error);
    },
  });

  function add(facts: AuditFacts, settle: Waiting['settle']): void {
    const id = nextId();
    const at = new Date(timeOfId(id) as number);
    writer.add([{ entry: { id, created_at: at.toISOString(), ...facts }, settle }]);
  }

  return {
    requireRoom() {
      if (writer.pending < MAX_WAITING) return;
      throw new ApiError('unavailable', {
        message: 'Too many audit entries wait to be stored; nothing is changed until they are',
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    },
    async store(facts) {
      let timer: NodeJS.Timeout | undefined;
      try {
        await new Promise<void>((resolve, reject) => {
          timer = setTimeout(
            () => reject(new Error(`no answer in ${STORED_WITHIN_MS} ms`)),
            STORED_WITHIN_MS,
          );
          add(facts, (error) => (error === undefined ? resolve() : reject(error as Error)));
        });
      } catch (cause) {
        throw new ApiError('unavailable', {
          message: 'The call was done, but its audit entry is not stored yet',
          cause,
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      } finally {
        clearTimeout(timer);
      }
    },
    note(facts) {
      if (facts.outcome === 'refused' && refusals.take(facts.actor_id).exceeded)
        leftOut.inc({ reason: 'budget' });
      // No change is made meanwhile.
      else if (writer.pending >= MAX_WAITING) leftOut.inc({ reason: 'full' });
      else add(facts, () => {});
    },
    async close() {
      closing.abort();
      await writer.drain();
    },
  };
}
