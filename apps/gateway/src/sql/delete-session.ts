import type { Database } from '@hookline/db';

export async function deleteSession(database: Database, id: string): Promise<void> {
  await database.system('delete from sessions where id = $1', [id]);
}
