import type { SubjectPresence } from '@hookline/contracts';
import type { Database } from '@hookline/db';

const LIST_CONNECTION_PRESENCE = `
select w.id,
       case when c.id is null or c.deleted_at is not null then 'gone' when c.status = 'paused' then 'off'
            else 'active' end as state
from unnest($1::text[]) w(id)
left join connections c on c.id = w.id`;

/** Tells of each connection whether it is there and not paused. */
export async function listConnectionPresence(
  database: Database,
  ids: readonly string[],
): Promise<SubjectPresence[]> {
  const { rows } = await database.system<SubjectPresence>(LIST_CONNECTION_PRESENCE, [ids]);
  return rows;
}
