import type { AlertChannelType, AlertNotificationKind } from '@hookline/contracts';
import { type Database, type RowOf, rowSet, statement } from '@hookline/db';

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

/** How many notifications of a tenant this replica is sending. The tenant of the operators is the empty text. */
const TENANTS_UNDER_WAY = rowSet({ tenant: 'text', sending: 'integer' });

/** Channels that did not answer in time, with how many notifications of each may be claimed now. */
const HELD_CHANNELS = rowSet({ rule_id: 'text', name: 'text', places: 'integer' });

/**
 * Claims notifications that are due. Tenants take turns, and within a tenant its channels: neither many notifications nor
 * channels that do not answer delay those of another tenant. A notification waits for the earlier ones of its alert to the
 * same channel, so that nobody reads "recovered" before "firing".
 *
 * The first part goes from channel to channel by the index, so that the cost depends on the number of channels with
 * something to send, and not on the number of notifications.
 */
const CLAIM = statement(
  {
    leaseId: 'text',
    leaseMs: 'integer',
    limit: 'integer',
    perTenant: 'integer',
    events: 'boolean',
    underWay: TENANTS_UNDER_WAY,
    held: HELD_CHANNELS,
  },
  ({ leaseId, leaseMs, limit, perTenant, events, underWay, held }) => `
with recursive channels as (
  (select rule_id, channel, coalesce(tenant_id, '') as tenant
   from alert_notifications where due_at is not null
   order by rule_id, channel limit 1)
  union all
  select next.rule_id, next.channel, next.tenant
  from channels c cross join lateral (
    select rule_id, channel, coalesce(tenant_id, '') as tenant
    from alert_notifications
    where due_at is not null and (rule_id, channel) > (c.rule_id, c.channel)
    order by rule_id, channel limit 1) next
), places as (
  select c.*, ${perTenant} - coalesce(u.sending, 0) as of_tenant,
         greatest(0, least(${perTenant} - coalesce(u.sending, 0), h.places)) as of_channel
  from channels c
  left join ${underWay('u')} on u.tenant = c.tenant
  left join ${held('h')} on h.rule_id = c.rule_id and h.name = c.channel
), candidates as (
  select n.id, n.due_at, p.tenant, p.of_tenant,
         row_number() over (partition by p.rule_id, p.channel order by n.due_at, n.id) as turn
  from places p cross join lateral (
    select n.id, n.due_at from alert_notifications n
    where n.rule_id = p.rule_id and n.channel = p.channel and n.due_at <= now()
      and (n.channel_type = 'event') = ${events}
      and not exists (
        select from alert_notifications earlier
        where earlier.alert_id = n.alert_id and earlier.channel = n.channel and earlier.due_at is not null
          and earlier.id < n.id)
    order by n.due_at
    limit p.of_channel) n
), turns as (
  select id, due_at, of_tenant, row_number() over (partition by tenant order by turn, due_at, id) as turn
  from candidates
)
update alert_notifications
set attempts = attempts + 1, lease_id = ${leaseId}, due_at = now() + ${leaseMs} * interval '1 millisecond'
where id in (
  select n.id from alert_notifications n join turns t on t.id = n.id
  where n.due_at <= now() and t.turn <= t.of_tenant
  order by t.turn, t.due_at
  limit ${limit}
  for update of n skip locked
)
returning id, tenant_id as tenant, rule_id as "ruleId", kind, channel, channel_type as "channelType", message, attempts`,
);

export interface NotificationClaim {
  leaseId: string;
  leaseMs: number;
  limit: number;
  /** How many notifications of one tenant may be under way at the same time. */
  perTenant: number;
  /** Those of channels of the type `event`, or those of all others. */
  events: boolean;
  underWay: readonly RowOf<typeof TENANTS_UNDER_WAY>[];
  held: readonly RowOf<typeof HELD_CHANNELS>[];
}

export async function claimAlertNotifications(
  database: Database,
  claim: NotificationClaim,
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
