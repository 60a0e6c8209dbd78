import type { AlertType } from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

/** Makes sure that every kind is evaluated. */
export async function ensureAlertEvaluations(database: Database, kinds: readonly AlertType[]): Promise<void> {
  await database.system(
    'insert into alert_evaluations (kind) select unnest($1::text[]) on conflict (kind) do nothing',
    [kinds],
  );
}

/**
 * Claims the kind whose rules have been due longest. Of two replicas that call this at the same time only one gets it. The
 * lease of a replica that dies ends, and another one evaluates the kind.
 */
export async function claimAlertEvaluation(
  database: Database,
  claim: { leaseId: string; leaseMs: number },
): Promise<AlertType | undefined> {
  const { rows } = await database.system<{ kind: AlertType }>(
    `update alert_evaluations
     set lease_id = $1, lease_until = now() + $2 * interval '1 millisecond'
     where kind = (
       select kind from alert_evaluations
       where due_at <= now() and (lease_until is null or lease_until <= now())
       order by due_at
       limit 1
       for update skip locked
     )
     returning kind`,
    [claim.leaseId, claim.leaseMs],
  );
  return rows[0]?.kind;
}

/**
 * Extends the lease within the transaction that is about to change alerts, and locks it, so that no other replica changes
 * them at the same time.
 * @returns the time by the database's clock in ms since 1970; undefined if the lease is lost
 */
export async function holdAlertEvaluation(
  transaction: Transaction,
  { kind, leaseId, leaseMs }: { kind: AlertType; leaseId: string; leaseMs: number },
): Promise<number | undefined> {
  const { rows } = await transaction.execute<{ nowMs: number }>(sql`
    update alert_evaluations
    set lease_until = clock_timestamp() + ${leaseMs}::float8 * interval '1 millisecond'
    where kind = ${kind} and lease_id = ${leaseId} and lease_until > clock_timestamp()
    returning (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"`);
  return rows[0]?.nowMs;
}

/** Ends the claim. The kind is due again after the interval. */
export async function finishAlertEvaluation(
  database: Database,
  { kind, leaseId, intervalMs }: { kind: AlertType; leaseId: string; intervalMs: number },
): Promise<void> {
  await database.system(
    `update alert_evaluations
     set due_at = now() + $3 * interval '1 millisecond', lease_id = null, lease_until = null
     where kind = $1 and lease_id = $2`,
    [kind, leaseId, intervalMs],
  );
}
