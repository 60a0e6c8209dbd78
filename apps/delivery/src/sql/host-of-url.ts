import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';

/** The host of a stored URL with its port, if it has one. Stored URLs are written as `URL` writes them. */
export const hostOfUrl = (url: SQLWrapper): SQL<string> =>
  sql<string>`split_part(split_part(${url}, '://', 2), '/', 1)`;
