import type { SubjectPresence } from '@hookline/contracts';
import type { Database } from '@hookline/db';

const LIST_ENDPOINT_PRESENCE = `
select w.id,
       case when e.id is null or e.deleted_at is not null then 'gone'
            when e.active then 'active'
            when e.disabled_at is not null then 'disabled'
            else 'off' end as state
from unnest($1::text[]) w(id)
left join endpoints e on e.id = w.id`;

/** Tells of each endpoint whether it is switched on, and otherwise who switched it off. */
export async function listEndpointPresence(
  database: Database,
  ids: readonly string[],
): Promise<SubjectPresence[]> {
  const { rows } = await database.system<SubjectPresence>(LIST_ENDPOINT_PRESENCE, [ids]);
  return rows;
}
