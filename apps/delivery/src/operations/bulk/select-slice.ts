import type { BulkCursor, Transaction } from '@hookline/db';
import type { BulkSlice, BulkTask, SliceLimits } from '@hookline/service';
import type { DeliveryBulkTask } from './bulk-task.ts';
import { selectDeliveries } from './select-deliveries.ts';
import { selectEndpoints } from './select-endpoints.ts';
import { selectEvents } from './select-events.ts';
import { selectParkedKeys } from './select-parked-keys.ts';

/** The next objects of a task after a position. */
export function selectSlice(
  tx: Transaction,
  given: BulkTask,
  after: BulkCursor | undefined,
  limits: SliceLimits,
): Promise<BulkSlice> {
  // The calls of delivery make no other tasks.
  const task = given as DeliveryBulkTask;
  switch (task.kind) {
    case 'deliveries':
    case 'dead_letters':
      return selectDeliveries(tx, task, after, limits);
    case 'events':
      return selectEvents(tx, task, after, limits);
    case 'endpoints':
      return selectEndpoints(tx, task, after, limits);
    case 'parked_keys':
      return selectParkedKeys(tx, task, after, limits);
  }
}
