import { type Database, statement } from '@hookline/db';

const TAKE_WRITE_SLOT = statement(
  { account: 'text', gap_seconds: 'float8', max_wait_seconds: 'float8' },
  ({ account, gap_seconds, max_wait_seconds }) => `
insert into provider_write_slots as s (account, next_at)
values (${account}, hookline_now() + make_interval(secs => ${gap_seconds}))
on conflict (account) do update
set next_at = greatest(s.next_at, hookline_now()) + make_interval(secs => ${gap_seconds})
where s.next_at <= hookline_now() + make_interval(secs => ${max_wait_seconds})
returning greatest(0, extract(epoch from next_at - hookline_now()) - ${gap_seconds})::float8 as "waitSeconds"`,
);

/** @returns how long to wait for the slot, in seconds; undefined if too many wait already */
export async function takeWriteSlot(
  database: Database,
  account: string,
  gapSeconds: number,
  maxWaitSeconds: number,
): Promise<number | undefined> {
  const { rows } = await TAKE_WRITE_SLOT.run<{ waitSeconds: number }>(database, {
    account,
    gap_seconds: gapSeconds,
    max_wait_seconds: maxWaitSeconds,
  });
  return rows[0]?.waitSeconds;
}
