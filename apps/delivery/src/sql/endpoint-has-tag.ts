import { type SQL, sql } from 'drizzle-orm';

/** Whether an endpoint has a tag. As a scalar subquery the endpoint is looked up by key for each row. */
export const endpointHasTag = (endpointId: SQL, tag: string): SQL =>
  sql`(select p.tags @> array[${tag}::text] from endpoints p where p.id = ${endpointId})`;
