import type { Transaction } from '@hookline/db';
import { skippedMessages } from '@hookline/db/delivery';
import { eq } from 'drizzle-orm';

/** The id of the event that a repeat repeated. A repeat is not stored under its own id. */
export async function findRepeatedEvent(tx: Transaction, repeatId: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ eventId: skippedMessages.eventId })
    .from(skippedMessages)
    .where(eq(skippedMessages.repeatId, repeatId))
    .limit(1);
  return row?.eventId ?? undefined;
}
