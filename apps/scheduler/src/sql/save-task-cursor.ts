import { statement } from '@hookline/db';

/** Stores the position of a run, unless another run has stored one since this run read it: then no row is returned. */
export const saveTaskCursor = statement(
  { id: 'text', version: 'bigint', cursor: 'jsonb' },
  ({ id, version, cursor }) => `
  update connection_tasks set cursor = ${cursor}, version = version + 1
  where id = ${id} and version = ${version}
  returning version::text`,
);
