import { rowSet, statement } from '@hookline/db';

const wanted = rowSet({
  key: 'text',
  cost: 'integer',
  /** The share of the capacity that this kind of call may use, above 0 and at most 1. */
  share: 'float8',
});

/** `retryAfterSeconds` is null if the units are reserved. */
export interface ReservedQuota {
  key: string;
  /** The text of Postgres with all digits. */
  windowEndsAt: string;
  retryAfterSeconds: number | null;
}

/**
 * Reserves units in all groups, or in none. A window that has ended is replaced by the next one: its length later, or
 * the next midnight in the zone of the group.
 */
export const reserveQuota = statement(
  { wanted },
  ({ wanted }) => `
  with locked as (
    select g.*, w.cost, w.share, hookline_now() as now,
           g.window_ends_at <= hookline_now() as is_over
    from quota_groups g join ${wanted('w')} on w.key = g.key
    order by g.key
    for update of g
  ), current as (
    select key, cost, now, closed_until,
           case when is_over then used else used_before end as used_before,
           case when is_over then 0 else used end as used,
           case when is_over then 0 else reserved end as reserved,
           case when not is_over then window_ends_at
                when zone is not null then (date_trunc('day', now at time zone zone) + interval '1 day') at time zone zone
                else now + make_interval(secs => window_seconds) end as ends_at,
           -- greatest() ignores NULL, and an unknown capacity has room for everything
           case when capacity is not null then greatest(1, floor(share * capacity * least(1, narrowing
             + 0.05 * extract(epoch from now - coalesce(narrowed_at, now)) / 60))) end as room
    from locked
  ), judged as (
    select *, case when closed_until > now then closed_until
                   when used + reserved + cost > room or (cost = 0 and used >= room) then ends_at end as retry_at
    from current
  ), verdict as (select max(retry_at) as retry_at from judged)
  update quota_groups g
  set used = j.used, used_before = j.used_before, window_ends_at = j.ends_at,
      reserved = j.reserved + case when v.retry_at is null then j.cost else 0 end
  from judged j, verdict v
  where g.key = j.key
  returning g.key, g.window_ends_at::text as "windowEndsAt",
    case when v.retry_at is not null and j.retry_at is not null
      then extract(epoch from j.retry_at - j.now)::float8 end as "retryAfterSeconds"`,
);
