import { columnsOf, type Database } from '@hookline/db';
import { judgeKey, type KeyHolder } from './judge-key.ts';
import type { Incoming } from './read-message.ts';

/**
 * Takes the keys that repeats are recognised by, before anything is sent. It need not be on disk when it is answered:
 * a key that Postgres forgets in a crash is taken again, when the event comes again.
 */
const CLAIM = `
with soon as materialized (
  select set_config('synchronous_commit', 'off', true)
), given as materialized (
  select g.*
  from soon, unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as g(tenant_id, dedupe_key, id, created_at)
)
insert into event_keys (tenant_id, dedupe_key, event_id, created_at)
select tenant_id, dedupe_key, id, created_at from given
order by tenant_id, dedupe_key, id
on conflict do nothing
returning event_id as id`;

/** Whose the keys are that were there already, and which events are stored. */
const LOOK = `
select g.id, k.event_id as holder, (extract(epoch from k.created_at) * 1000)::float8 as "holderAtMs",
       e.id is not null as "isStored", o.id is not null as "isOwnStored"
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as g(tenant_id, dedupe_key, id, created_at)
join event_keys k on k.tenant_id = g.tenant_id and k.dedupe_key = g.dedupe_key
left join events e on e.id = k.event_id and e.created_at = k.created_at
left join events o on o.id = g.id and o.created_at = g.created_at`;

const TAKE_OVER = `
update event_keys k
set event_id = g.id, created_at = g.created_at
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
  as g(tenant_id, dedupe_key, id, created_at, holder)
where k.tenant_id = g.tenant_id and k.dedupe_key = g.dedupe_key and k.event_id = g.holder
returning g.id`;

const KEY_COLUMNS = ['tenant_id', 'dedupe_key', 'id', 'created_at'] as const;

/** What holds a key is stored, or noted as malformed, within this time, unless its replica is in trouble. */
const MAX_WAIT_FOR_EVENT_MS = 2_000;
const LOOK_AGAIN_MS = 25;

/**
 * Tells new events from repeats. An event whose key was taken by itself and that is not stored came before and was
 * not finished: it is new still. One whose key is held by another that is not stored yet waits for it, because only
 * a stored one may stand for it; after MAX_WAIT_FOR_EVENT_MS it takes the key over. Where a key has a window, an event beyond the
 * window of the one that holds it takes it over too: windows are from receipt to receipt, so that it does not matter
 * when, and by which replica, events are handled.
 * @param ours gets the ids of those that are new; holds those that were found so before and are not stored yet
 * @returns those whose key is held by one of `ours`: to be asked about again once that one is stored
 */
export async function claimKeys(
  database: Database,
  incoming: readonly Incoming[],
  ours: Set<string>,
): Promise<Incoming[]> {
  const behind: Incoming[] = [];
  const until = performance.now() + MAX_WAIT_FOR_EVENT_MS;
  let open = incoming;
  for (;;) {
    const { rows: taken } = await database.system<{ id: string }>(
      CLAIM,
      columnsOf(open.map(toKey), KEY_COLUMNS),
    );
    for (const { id } of taken) ours.add(id);
    if (taken.length === open.length) return behind;
    open = open.filter(({ event }) => !ours.has(event.attributes.id));
    if (open.length === 0) return behind;

    const { rows } = await database.system<KeyHolder & { id: string }>(
      LOOK,
      columnsOf(open.map(toKey), KEY_COLUMNS),
    );
    const holders = new Map(rows.map((row) => [row.id, row]));
    /** By key: two of them must not take one over in one statement. */
    const takers = new Map<string, Taker>();
    const isLate = performance.now() > until;
    const left: Incoming[] = [];
    for (const each of open) {
      const { id, dedupewindow } = each.event.attributes;
      const holder = holders.get(id);
      // Its holder was deleted meanwhile.
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
      const { rows: over } = await database.system<{ id: string }>(
        TAKE_OVER,
        columnsOf([...takers.values()], [...KEY_COLUMNS, 'holder']),
      );
      for (const { id } of over) ours.add(id);
      open = open.filter(({ event }) => !ours.has(event.attributes.id));
    }
    if (open.length === 0) return behind;
    // Who has just lost a key to one of ours is behind that one, and need not wait to be told so.
    if (takers.size === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

type Taker = ReturnType<typeof toKey> & { holder: string };

/** The one that was received first, of those with one key. */
function addTaker(takers: Map<string, Taker>, incoming: Incoming, holder: string): void {
  const taker = { ...toKey(incoming), holder };
  const key = `${taker.tenant_id}\u0000${taker.dedupe_key}`;
  const other = takers.get(key);
  if (other === undefined || taker.created_at < other.created_at) takers.set(key, taker);
}

function toKey({ event: { attributes }, createdAtMs }: Incoming) {
  return {
    tenant_id: attributes.tenant,
    dedupe_key: attributes.dedupekey,
    id: attributes.id,
    created_at: new Date(createdAtMs).toISOString(),
  };
}
