import { type Database, type RowOf, rowSet, statement } from '@hookline/db';
import { judgeKey, type KeyHolder } from './judge-key.ts';
import type { Incoming } from './read-message.ts';

const KEY = rowSet({
  tenant_id: 'text',
  dedupe_key: 'text',
  /** Of the event. */
  id: 'text',
  created_at: 'timestamptz',
});

/** The key of an event, and the event that has held the key so far. */
const TAKEN_KEY = rowSet({ ...KEY.types, holder: 'text' });

/**
 * Takes the keys that repeats are recognised by, before anything is sent. The answer does not wait for the disk: a key
 * that Postgres forgets in a crash is taken again, when JetStream delivers the event again.
 */
const CLAIM = statement(
  { keys: KEY },
  ({ keys }) => `
with soon as materialized (
  select set_config('synchronous_commit', 'off', true)
), given as materialized (
  select g.*
  from soon, ${keys('g')}
)
insert into event_keys (tenant_id, dedupe_key, event_id, created_at)
select tenant_id, dedupe_key, id, created_at from given
order by tenant_id, dedupe_key, id
on conflict do nothing
returning event_id as id`,
);

/** Which events hold the keys that were taken before, and which events are stored. */
const READ_HOLDERS = statement(
  { keys: KEY },
  ({ keys }) => `
select g.id, k.event_id as holder, (extract(epoch from k.created_at) * 1000)::float8 as "holderAtMs",
       e.id is not null as "isStored", o.id is not null as "isOwnStored"
from ${keys('g')}
join event_keys k on k.tenant_id = g.tenant_id and k.dedupe_key = g.dedupe_key
left join events e on e.id = k.event_id and e.created_at = k.created_at
left join events o on o.id = g.id and o.created_at = g.created_at`,
);

const TAKE_OVER = statement(
  { keys: TAKEN_KEY },
  ({ keys }) => `
update event_keys k
set event_id = g.id, created_at = g.created_at
from ${keys('g')}
where k.tenant_id = g.tenant_id and k.dedupe_key = g.dedupe_key and k.event_id = g.holder
returning g.id`,
);

/** Unless its replica has failed, an event that holds a key is stored, or noted as malformed, within this time. */
const MAX_HOLD_MS = 2_000;
const POLL_INTERVAL_MS = 25;

/**
 * Tells new events from repeats.
 *
 * - An event that holds its key itself and is not stored was delivered before and not finished: the event is still new.
 * - An event whose key is held by another event that is not stored yet waits for the other event, because only a stored
 *   event may stand for a repeat. After MAX_HOLD_MS the event takes the key over.
 * - If the key has a window, an event that is beyond the window of the holder takes the key over as well. Windows are
 *   measured from receipt to receipt, so the time at which a replica handles the events does not matter.
 * @param ours the ids of events that were found to be new and are not stored yet; the ids of new events are added
 * @returns the events whose key is held by one of `ours`: call again for them once that event is stored
 */
export async function claimKeys(
  database: Database,
  incoming: readonly Incoming[],
  ours: Set<string>,
): Promise<Incoming[]> {
  const behind: Incoming[] = [];
  const until = performance.now() + MAX_HOLD_MS;
  let open = incoming;
  for (;;) {
    const { rows: taken } = await CLAIM.run<{ id: string }>(database, { keys: open.map(toKey) });
    for (const { id } of taken) ours.add(id);
    if (taken.length === open.length) return behind;
    open = open.filter(({ event }) => !ours.has(event.attributes.id));
    if (open.length === 0) return behind;

    const { rows } = await READ_HOLDERS.run<KeyHolder & { id: string }>(database, {
      keys: open.map(toKey),
    });
    const holders = new Map(rows.map((row) => [row.id, row]));
    /** By key: in one statement a key must not be taken over by two events. */
    const takers = new Map<string, Taker>();
    const isLate = performance.now() > until;
    const left: Incoming[] = [];
    for (const each of open) {
      const { id, dedupewindow } = each.event.attributes;
      const holder = holders.get(id);
      // The holder was deleted meanwhile.
      if (holder === undefined) {
        left.push(each);
        continue;
      }
      const windowMs = dedupewindow === undefined ? undefined : Number(dedupewindow);
      const judgement = judgeKey({ id, createdAtMs: each.createdAtMs, windowMs }, holder, (other) =>
        ours.has(other),
      );
      if (judgement === 'new') ours.add(id);
      else if (judgement === 'behind') behind.push(each);
      else if (judgement !== 'repeat') {
        left.push(each);
        if (judgement === 'takes-over' || isLate) addTaker(takers, each, holder.holder);
      }
    }
    open = left;
    if (takers.size > 0) {
      const { rows: over } = await TAKE_OVER.run<{ id: string }>(database, { keys: [...takers.values()] });
      for (const { id } of over) ours.add(id);
      open = open.filter(({ event }) => !ours.has(event.attributes.id));
    }
    if (open.length === 0) return behind;
    // An event that has just lost its key to one of `ours` is behind that event: it need not wait.
    if (takers.size === 0) await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
}

type Taker = RowOf<typeof TAKEN_KEY>;

/** Of several events with one key, the event that was received first takes the key over. */
function addTaker(takers: Map<string, Taker>, incoming: Incoming, holder: string): void {
  const taker = { ...toKey(incoming), holder };
  const key = `${taker.tenant_id}\u0000${taker.dedupe_key}`;
  const other = takers.get(key);
  if (other === undefined || taker.created_at < other.created_at) takers.set(key, taker);
}

function toKey({ event: { attributes }, createdAtMs }: Incoming): RowOf<typeof KEY> {
  return {
    tenant_id: attributes.tenant,
    dedupe_key: attributes.dedupekey,
    id: attributes.id,
    created_at: new Date(createdAtMs).toISOString(),
  };
}
