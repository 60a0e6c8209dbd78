import type { Transaction } from '@hookline/db';
import { type deliveries, statisticsChanges } from '@hookline/db/delivery';

type Row = Pick<
  typeof deliveries.$inferSelect,
  'tenantId' | 'endpointId' | 'eventType' | 'createdAt' | 'status'
>;

const STEP_MS = 300_000;

/** The column that counts each settled status. Open deliveries are not counted: they are the remaining ones. */
const COLUMNS = { success: 'delivered', failed: 'dead', discarded: 'discarded' } as const;
type Settled = keyof typeof COLUMNS;
const isSettled = (status: string): status is Settled => status in COLUMNS;

/**
 * Records in the statistics that deliveries changed their status, in the transaction that changes them. For a few rows
 * only: a statement that changes many deliveries writes its changes itself.
 */
export async function recordStatusChanges(
  transaction: Transaction,
  before: readonly Row[],
  after: Row['status'],
): Promise<void> {
  const changes = before.flatMap((row) => {
    if (row.status === after) return [];
    const change = {
      tenantId: row.tenantId,
      endpointId: row.endpointId,
      eventType: row.eventType,
      bucket: new Date(Math.floor(row.createdAt.getTime() / STEP_MS) * STEP_MS),
    };
    return [
      ...(isSettled(row.status) ? [{ ...change, [COLUMNS[row.status]]: -1 }] : []),
      ...(isSettled(after) ? [{ ...change, [COLUMNS[after]]: 1 }] : []),
    ];
  });
  if (changes.length > 0) await transaction.insert(statisticsChanges).values(changes);
}
