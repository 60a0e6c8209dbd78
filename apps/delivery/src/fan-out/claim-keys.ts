import { columnsOf, type Database } from '@hookline/db';
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
order by tenant_id, dedupe_key
on conflict do nothing
returning event_id as id`;

/** Whose the keys are that were there already, and whether that event is stored. */
const LOOK = `
select g.id, k.event_id as holder, e.id is not null as "isStored"
from unnest($1::text[], $2::text[], $3::text[]) as g(tenant_id, dedupe_key, id)
join event_keys k on k.tenant_id = g.tenant_id and k.dedupe_key = g.dedupe_key
left join events e on e.id = k.event_id and e.created_at = k.created_at`;

const TAKE_OVER = `
update event_keys k
set event_id = g.id, created_at = g.created_at
from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
  as g(tenant_id, dedupe_key, id, created_at, holder)
where k.tenant_id = g.tenant_id and k.dedupe_key = g.dedupe_key and k.event_id = g.holder
returning g.id`;

interface Holder {
  id: string;
  holder: string;
  isStored: boolean;
}

/** What holds a key is stored, or noted as malformed, within this time, unless its replica is in trouble. */
const PATIENCE_MS = 2_000;
const LOOK_AGAIN_MS = 25;

/**
 * Tells new events from repeats. An event whose key was taken by itself and that is not stored came before and was
 * not finished: it is new still. One whose key is held by another that is not stored yet waits for it, because only
 * a stored one may stand for it; after PATIENCE_MS it takes the key over.
 * @param incoming no key twice
 * @returns the ids of those that are new
 */
export async function claimKeys(database: Database, incoming: readonly Incoming[]): Promise<Set<string>> {
  const ours = new Set<string>();
  const until = performance.now() + PATIENCE_MS;
  let open = incoming;
  for (;;) {
    const { rows: taken } = await database.system<{ id: string }>(
      CLAIM,
      columnsOf(open.map(toKey), ['tenant_id', 'dedupe_key', 'id', 'created_at']),
    );
    for (const { id } of taken) ours.add(id);
    if (taken.length === open.length) return ours;
    open = open.filter(({ event }) => !ours.has(event.attributes.id));

    const { rows: holders } = await database.system<Holder>(
      LOOK,
      columnsOf(open.map(toKey), ['tenant_id', 'dedupe_key', 'id']),
    );
    const byId = new Map(holders.map((each) => [each.id, each]));
    for (const { id, holder, isStored } of holders) if (holder === id && !isStored) ours.add(id);
    open = open.filter(({ event: { attributes } }) => {
      const held = byId.get(attributes.id);
      return !held || (!held.isStored && held.holder !== attributes.id);
    });
    if (open.length === 0) return ours;
    if (performance.now() > until) {
      const left = open.flatMap((each) => {
        const held = byId.get(each.event.attributes.id);
        return held ? [{ ...toKey(each), holder: held.holder }] : [];
      });
      const { rows } = await database.system<{ id: string }>(
        TAKE_OVER,
        columnsOf(left, ['tenant_id', 'dedupe_key', 'id', 'created_at', 'holder']),
      );
      for (const { id } of rows) ours.add(id);
      open = open.filter(({ event }) => !ours.has(event.attributes.id));
      if (open.length === 0) return ours;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

function toKey({ event: { attributes }, createdAtMs }: Incoming) {
  return {
    tenant_id: attributes.tenant,
    dedupe_key: attributes.dedupekey,
    id: attributes.id,
    created_at: new Date(createdAtMs).toISOString(),
  };
}
