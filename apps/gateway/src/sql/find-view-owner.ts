import { type Database, statement } from '@hookline/db';

/** Enough for a key that is rotated every day for years. */
const MAX_ROTATIONS = 10_000;

// A session stands for its key, for the operator key of the environment, or for the person who signed in. A key that was
// rotated stands for its newest successor, which has its views.
const FIND = statement(
  { id: 'text', environment: 'text' },
  ({ id, environment }) => `
with recursive owner (id, rotations) as (
  select coalesce(
    (select coalesce(key_id, case when tenant_id is null and subject = 'operator key' then ${environment} else 'person:' || subject end)
     from sessions where id = ${id}),
    ${id}) collate "C", 0
  union all
  select rotated_to, rotations + 1 from owner join api_keys on api_keys.id = owner.id
  where rotated_to is not null and rotations < ${MAX_ROTATIONS}
)
select id from owner order by rotations desc limit 1`,
);

/** Finds whom the views of a key or session belong to. @param environment the owner for the operator key of the environment */
export async function findViewOwner(database: Database, keyId: string, environment: string): Promise<string> {
  const { rows } = await FIND.run<{ id: string }>(database, { id: keyId, environment });
  return rows[0]?.id ?? keyId;
}
