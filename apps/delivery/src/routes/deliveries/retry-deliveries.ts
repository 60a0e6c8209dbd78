import type { Transaction } from '@hookline/db';
import { recordStatusChanges } from '../../operations/statistics/record-status-changes.ts';
import { deleteParkedKeysOf } from '../../sql/delete-parked-keys.ts';
import type { DeliveryRow } from '../../sql/delivery-row.ts';
import {
  lockRetriedDeliveries,
  type RetryChoice,
  retryDeliveries as updateDeliveries,
} from '../../sql/retry-deliveries.ts';

/** The statuses from which a delivery is sent again by default. */
export const RETRYABLE = ['failed', 'retrying', 'discarded'] as const;
/** Also a delivery that has succeeded, for a caller who names it. */
export const SETTLED_OR_WAITING = [...RETRYABLE, 'success'] as const;

export interface RetryRequest extends RetryChoice {
  statuses: readonly (typeof SETTLED_OR_WAITING)[number][];
  trigger: 'operator' | 'tenant';
}

/** Makes the chosen deliveries due now, with all their retries. @returns their rows */
export async function retryDeliveries(
  tx: Transaction,
  { trigger, ...choice }: RetryRequest,
): Promise<DeliveryRow[]> {
  const before = await lockRetriedDeliveries(tx, choice);
  if (before.length === 0) return [];
  await recordStatusChanges(tx, before, 'pending');
  const retried = await updateDeliveries(tx, choice, trigger);
  // A delivery for which its key was parked is the first of the key again, and the others wait behind it.
  await deleteParkedKeysOf(tx, retried);
  return retried;
}
