import { type Database, rowSet, statement, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { receivesPushesIn } from './receives-pushes.ts';

/** After this time ingest is told again, if the replica that was to tell it has not. */
const RETRY_SECONDS = 30;

/** A source of which ingest is to be told whether it stores events. */
export interface ClaimedIntake {
  id: string;
  sourceId: string;
  /** Whether no connection that needs the watch receives pushes. */
  withholds: boolean;
  /** Names this claim. */
  claim: string;
}

/** Whether a connection receives pushes has changed: ingest is to be told of the sources of its watches. */
export async function markIntake(transaction: Transaction, connectionId: string): Promise<void> {
  await transaction.execute(sql`
    update platform_webhooks set intake_due_at = hookline_now()
    where connection_ids @> array[${connectionId}::text] and deleted_at is null`);
}

const CLAIM = statement(
  { connection_id: 'text?', limit: 'integer' },
  ({ connection_id, limit }) => `
with due as (
  select id from platform_webhooks
  where intake_due_at <= hookline_now() and source_id is not null and deleted_at is null
    and (${connection_id} is null or connection_ids @> array[${connection_id}])
  order by intake_due_at limit ${limit} for update skip locked
)
update platform_webhooks w set intake_due_at = hookline_now() + make_interval(secs => ${RETRY_SECONDS})
from due where w.id = due.id
returning w.id, w.source_id as "sourceId", w.intake_due_at::text as claim,
  not exists (
    select from connections c where c.id = any(w.connection_ids) and c.deleted_at is null and ${receivesPushesIn('c')}
  ) as withholds`,
);

/** @param connectionId undefined: of all connections */
export async function claimIntakes(
  database: Database,
  connectionId: string | undefined,
  limit: number,
): Promise<ClaimedIntake[]> {
  const { rows } = await CLAIM.run<ClaimedIntake>(database, { connection_id: connectionId, limit });
  return rows;
}

const TOLD = rowSet({ id: 'text', withholds: 'boolean', claim: 'text' });

const SETTLE = statement(
  { told: TOLD },
  ({ told }) => `
update platform_webhooks w
set intake_due_at = case when w.intake_due_at = n.claim::timestamptz then null else hookline_now() end,
    withheld_until = case when w.withholds and not n.withholds then hookline_now() else w.withheld_until end,
    withholds = n.withholds
from ${told('n')} where w.id = n.id`,
);

/**
 * Ingest knows. A source that another replica has told of meanwhile, or whose connections have changed, is told of once
 * more: of two calls at the same time the earlier one may have come later.
 */
export async function settleIntakes(database: Database, claimed: readonly ClaimedIntake[]): Promise<void> {
  await SETTLE.run(database, {
    told: claimed.map(({ id, withholds, claim }) => ({ id, withholds, claim })),
  });
}
