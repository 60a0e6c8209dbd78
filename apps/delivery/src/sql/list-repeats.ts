import type { Transaction } from '@hookline/db';
import { skippedMessages } from '@hookline/db/delivery';
import { eq } from 'drizzle-orm';

export type RepeatRow = typeof skippedMessages.$inferSelect;

/** Lists the messages that repeated an event and were not delivered. */
export function listRepeats(tx: Transaction, eventId: string): Promise<RepeatRow[]> {
  return tx.select().from(skippedMessages).where(eq(skippedMessages.eventId, eventId));
}
