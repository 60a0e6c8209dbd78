import type { Transaction } from '@hookline/db';
import { endpointCatalog } from '@hookline/db/delivery';

export async function isQueuePaused(tx: Transaction): Promise<boolean> {
  const [catalog] = await tx.select({ paused: endpointCatalog.paused }).from(endpointCatalog);
  return catalog?.paused ?? false;
}
