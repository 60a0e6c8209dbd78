import type { Database } from '@hookline/db';

/**
 * Deletes the oldest rejections of sources, so that of each source and code the newest `keep` are left: a flood of one
 * reason pushes out none of another. Repeats stay, because they belong to their events' journeys; they go with their
 * day.
 */
export async function trimRejections(
  database: Database,
  sourceIds: readonly string[],
  keep: number,
): Promise<void> {
  await database.system(
    `delete from rejections
     using (
       select source_id, code, id,
              row_number() over (partition by source_id, code order by id desc) as place
       from rejections
       where source_id = any($1::text[]) and code <> 'duplicate'
     ) as ranked
     where rejections.id = ranked.id and ranked.place > $2`,
    [sourceIds, keep],
  );
}
