import type { SubjectPresence } from '@hookline/contracts';
import type { Database } from '@hookline/db';

const LIST_SOURCE_PRESENCE = `
select w.id,
       case when s.id is null or s.deleted_at is not null then 'gone' when s.active then 'active' else 'off' end as state
from unnest($1::text[]) w(id)
left join sources s on s.id = w.id`;

/** Tells of each source whether it is switched on. */
export async function listSourcePresence(
  database: Database,
  ids: readonly string[],
): Promise<SubjectPresence[]> {
  const { rows } = await database.system<SubjectPresence>(LIST_SOURCE_PRESENCE, [ids]);
  return rows;
}
