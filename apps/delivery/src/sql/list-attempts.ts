import type { Transaction } from '@hookline/db';
import { attempts } from '@hookline/db/delivery';
import { and, asc, desc, eq } from 'drizzle-orm';
import type { AttemptRow, DeliveryRow } from './delivery-row.ts';

type AttemptsOf = Pick<DeliveryRow, 'eventId' | 'endpointId' | 'createdAt'>;

/** Lists the attempts at a delivery, first attempt first. */
export function listAttempts(tx: Transaction, delivery: AttemptsOf): Promise<AttemptRow[]> {
  return tx.select().from(attempts).where(attemptsOf(delivery)).orderBy(asc(attempts.attempt));
}

export async function findAttempt(
  tx: Transaction,
  delivery: AttemptsOf,
  attempt: number,
): Promise<AttemptRow | undefined> {
  const [row] = await tx
    .select()
    .from(attempts)
    .where(and(attemptsOf(delivery), eq(attempts.attempt, attempt)));
  return row;
}

export async function findLastAttempt(
  tx: Transaction,
  delivery: AttemptsOf,
): Promise<AttemptRow | undefined> {
  const [row] = await tx
    .select()
    .from(attempts)
    .where(attemptsOf(delivery))
    .orderBy(desc(attempts.attempt))
    .limit(1);
  return row;
}

const attemptsOf = ({ eventId, endpointId, createdAt }: AttemptsOf) =>
  and(eq(attempts.eventId, eventId), eq(attempts.endpointId, endpointId), eq(attempts.createdAt, createdAt));
