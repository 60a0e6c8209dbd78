import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { StatusAndReason } from '../status/decide-status.ts';
import { textArray } from './text-array.ts';

/** @param isNew whether the status differs from the earlier one, so that it holds since now */
export async function setConnectionStatus(
  transaction: Transaction,
  connectionId: string,
  { status, reason, pauses }: StatusAndReason,
  isNew: boolean,
): Promise<void> {
  await transaction.execute(sql`
    update connections
    set status = ${status}, reason = ${reason}, pauses = ${textArray(pauses)}, updated_at = hookline_now(),
        since = case when ${isNew} then hookline_now() else since end
    where id = ${connectionId}`);
}
