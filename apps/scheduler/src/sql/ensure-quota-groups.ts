import { rowSet, statement } from '@hookline/db';

const groups = rowSet({
  key: 'text',
  capacity: 'integer?',
  window_seconds: 'integer?',
  zone: 'text?',
});

/** Creates the groups, or updates what a provider's definition says of them. A capacity that was learned stays a day. */
export const ensureQuotaGroups = statement(
  { groups },
  ({ groups }) => `
  insert into quota_groups as g (key, capacity, window_seconds, zone, window_ends_at)
  select key, capacity, window_seconds, zone, hookline_now() from ${groups('w')} order by key
  on conflict (key) do update
  set capacity = case when g.learned_at > hookline_now() - interval '1 day' then g.capacity else excluded.capacity end,
      window_seconds = excluded.window_seconds, zone = excluded.zone
  where g.capacity is distinct from excluded.capacity or g.window_seconds is distinct from excluded.window_seconds
     or g.zone is distinct from excluded.zone`,
);
