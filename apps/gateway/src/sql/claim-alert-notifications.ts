import type { AlertChannelType, AlertNotificationKind } from '@hookline/contracts';
import { type Database, statement } from '@hookline/db';

/** A notification that one replica may send until its lease ends. */
export interface ClaimedNotification {
  id: string;
  tenant: string | null;
  ruleId: string;
  kind: AlertNotificationKind;
  channel: string;
  channelType: AlertChannelType;
  message: unknown;
  /** This one included. */
  attempts: number;
}

/**
 * Claims notifications that are due. A notification waits for the earlier ones of its alert to the same channel, so that
 * nobody reads "recovered" before "firing". First attempts go before others: channels that hang delay no new message for
 * long.
 */
const CLAIM = statement(
  { leaseId: 'text', leaseMs: 'integer', limit: 'integer' },
  ({ leaseId, leaseMs, limit }) => `
update alert_notifications
set attempts = attempts + 1, lease_id = ${leaseId}, due_at = now() + ${leaseMs} * interval '1 millisecond'
where id in (
  select n.id from alert_notifications n
  where n.due_at <= now() and not exists (
    select from alert_notifications earlier
    where earlier.alert_id = n.alert_id and earlier.channel = n.channel and earlier.due_at is not null
      and earlier.id < n.id)
  order by n.attempts, n.due_at
  limit ${limit}
  for update skip locked
)
returning id, tenant_id as tenant, rule_id as "ruleId", kind, channel, channel_type as "channelType", message, attempts`,
);

export async function claimAlertNotifications(
  database: Database,
  claim: { leaseId: string; leaseMs: number; limit: number },
): Promise<ClaimedNotification[]> {
  const { rows } = await CLAIM.run<ClaimedNotification>(database, claim);
  return rows;
}

/** After so long a notification is given up. */
export const GIVE_UP_HOURS = 6;

const SETTLE = statement(
  {
    id: 'text',
    leaseId: 'text',
    status: 'text',
    responseStatus: 'integer?',
    error: 'text?',
    retryInMs: 'integer',
  },
  ({ id, leaseId, status, responseStatus, error, retryInMs }) => `
update alert_notifications n
set status = s.status,
    due_at = case when s.status = 'pending' then now() + ${retryInMs} * interval '1 millisecond' end,
    completed_at = case when s.status <> 'pending' then now() end,
    lease_id = null, response_status = ${responseStatus}, error = ${error}
from (
  select case when ${status} = 'pending' and created_at < now() - interval '${GIVE_UP_HOURS} hours'
              then 'failed' else ${status} end as status
  from alert_notifications where id = ${id}
) s
where n.id = ${id} and n.lease_id = ${leaseId}
returning n.status`,
);

export interface Settlement {
  id: string;
  leaseId: string;
  /** `pending`: it is tried again, unless it is too old. */
  status: 'sent' | 'pending' | 'dropped';
  responseStatus: number | null;
  error: string | null;
  retryInMs: number;
}

/** Stores what an attempt led to. @returns the status; undefined if another replica has the notification now */
export async function settleAlertNotification(
  database: Database,
  settlement: Settlement,
): Promise<'sent' | 'pending' | 'failed' | 'dropped' | undefined> {
  const { rows } = await SETTLE.run<{ status: 'sent' | 'pending' | 'failed' | 'dropped' }>(
    database,
    settlement,
  );
  return rows[0]?.status;
}
