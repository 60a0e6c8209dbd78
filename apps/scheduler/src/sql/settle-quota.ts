import { rowSet, statement } from '@hookline/db';

const settled = rowSet({
  key: 'text',
  window_ends_at: 'timestamptz',
  reserved: 'integer',
  /** Units that the call has cost. */
  cost: 'integer',
  /** The provider's own count, if the answer had it. */
  limit_told: 'integer?',
  remaining_told: 'integer?',
  reset_seconds: 'float8?',
  /** The provider refused the call as one too many. */
  refused: 'boolean',
  /** How long the provider wants no request. */
  closed_seconds: 'float8?',
});

/**
 * Replaces a reservation by what the call has cost. The provider's own count wins. After a refusal the group uses half of
 * its capacity; a capacity that is unknown is then the number of calls of this window or of the one before,
 * whichever is larger, and a tenth less after each further refusal. A reservation of a window that has
 * ended is no more.
 */
export const settleQuota = statement(
  { settled },
  ({ settled }) => `
  with facts as (
    select g.key, w.*, g.window_ends_at = w.ends_at as same_window, hookline_now() as now
    from quota_groups g
    join (select s.key as settled_key, s.window_ends_at as ends_at, s.reserved as was_reserved, s.cost, s.limit_told,
                 s.remaining_told, s.reset_seconds, s.refused, s.closed_seconds from ${settled('s')}) w
      on w.settled_key = g.key
    order by g.key
    for update of g
  )
  update quota_groups g
  set reserved = case when f.same_window then greatest(0, g.reserved - f.was_reserved) else g.reserved end,
      used = case when f.remaining_told is not null and f.limit_told is not null
                    then greatest(0, f.limit_told - f.remaining_told)
                  when f.same_window then g.used + f.cost else g.used end,
      capacity = case when f.limit_told > 0 then f.limit_told
                      when f.refused and g.capacity is null then greatest(1, g.used + f.cost, g.used_before)
                      -- calls that were under way together count as one refusal
                      when f.refused and g.learned_at is not null and coalesce(g.closed_until <= f.now, true)
                        then greatest(1, floor(0.9 * g.capacity)::integer)
                      else g.capacity end,
      learned_at = case when f.limit_told > 0 or (f.refused and g.capacity is null) then f.now else g.learned_at end,
      window_ends_at = case when f.reset_seconds between 0 and 2 * coalesce(g.window_seconds, 86400)
                              and f.remaining_told is not null and g.zone is null
                            then f.now + make_interval(secs => f.reset_seconds) else g.window_ends_at end,
      narrowing = case when f.refused
        then greatest(0.05, 0.5 * least(1, g.narrowing
               + 0.05 * extract(epoch from f.now - coalesce(g.narrowed_at, f.now)) / 60))
        else g.narrowing end,
      narrowed_at = case when f.refused then f.now else g.narrowed_at end,
      closed_until = case when f.closed_seconds is not null
        then greatest(g.closed_until, f.now + make_interval(secs => f.closed_seconds)) else g.closed_until end
  from facts f
  where g.key = f.key`,
);
