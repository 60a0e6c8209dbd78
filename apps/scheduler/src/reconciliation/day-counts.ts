import type { Database } from '@hookline/db';
import { countReconciliation } from '../sql/count-reconciliation.ts';

export type Count = 'received' | 'missed' | 'recovered' | 'duplicate';

/** Counts of one stream of a connection, by day, until they are stored. */
export interface DayCounts {
  add(atMs: number, count: Count): void;
  /** Why a missed one did not arrive. */
  addReason(atMs: number, reason: string): void;
  /** Adds the counts to those in Postgres, and begins at 0 again. */
  store(): Promise<void>;
  readonly total: Readonly<Record<Count, number>>;
}

const MAX_REASONS = 20;
const MAX_REASON_LENGTH = 100;

interface Day extends Record<Count, number> {
  reasons: Record<string, number>;
}

const none = (): Record<Count, number> => ({ received: 0, missed: 0, recovered: 0, duplicate: 0 });

export function createDayCounts(
  database: Database,
  owner: { connectionId: string; tenant: string; stream: string },
): DayCounts {
  let days = new Map<string, Day>();
  const total = none();

  function dayOf(atMs: number): Day {
    const name = new Date(atMs).toISOString().slice(0, 10);
    let day = days.get(name);
    if (day === undefined) {
      day = { ...none(), reasons: {} };
      days.set(name, day);
    }
    return day;
  }

  return {
    total,
    add(atMs, count) {
      dayOf(atMs)[count]++;
      total[count]++;
    },
    addReason(atMs, reason) {
      const { reasons } = dayOf(atMs);
      const text = reason.slice(0, MAX_REASON_LENGTH).toWellFormed().replaceAll('\0', '');
      const isKnown = Object.hasOwn(reasons, text);
      const name = isKnown || Object.keys(reasons).length < MAX_REASONS ? text : 'other';
      reasons[name] = (reasons[name] ?? 0) + 1;
    },
    async store() {
      const rows = [...days].map(([day, { reasons, ...counts }]) => ({
        connection_id: owner.connectionId,
        tenant_id: owner.tenant,
        stream: owner.stream,
        day,
        ...counts,
        reasons: JSON.stringify(reasons),
      }));
      days = new Map();
      await countReconciliation(database, rows);
    },
  };
}
