import { type Database, statement } from '@hookline/db';

const trim = statement(
  { keep: 'integer', limit: 'integer' },
  ({ keep, limit }) => `
    delete from connection_journal
    where id in (
      select old.id from connections c
      cross join lateral (
        select id from connection_journal where connection_id = c.id order by id desc offset ${keep} limit ${limit}) old
      limit ${limit})`,
);

/** Deletes the oldest entries of journals that have more than `keep`. @returns how many, at most `limit` */
export async function trimJournals(database: Database, keep: number, limit: number): Promise<number> {
  return (await trim.run(database, { keep, limit })).rowCount;
}

const dropFlows = statement(
  { days: 'integer' },
  ({ days }) => `delete from oauth_flows where expires_at < hookline_now() - make_interval(days => ${days})`,
);
const dropLinks = statement(
  { days: 'integer' },
  ({ days }) =>
    `delete from connection_links where expires_at < hookline_now() - make_interval(days => ${days})`,
);

const dropImports = statement(
  { days: 'integer' },
  ({ days }) =>
    `delete from connection_imports where updated_at < hookline_now() - make_interval(days => ${days})`,
);

/** Deletes flows, links and imports that ended so many days ago. @returns how many */
export async function dropEndedFlows(database: Database, days: number): Promise<number> {
  const dropped = await Promise.all(
    [dropFlows, dropLinks, dropImports].map((drop) => drop.run(database, { days })),
  );
  return dropped.reduce((sum, { rowCount }) => sum + rowCount, 0);
}

const dropGone = statement(
  { days: 'integer', limit: 'integer' },
  ({ days, limit }) => `
    with gone as (
      delete from connections
      where id in (
        select id from connections where deleted_at < hookline_now() - make_interval(days => ${days}) limit ${limit})
      returning id
    ), journal as (
      delete from connection_journal using gone where connection_id = gone.id
    )
    select id from gone`,
);

/** Deletes the rows and journals of connections that were disconnected so many days ago. @returns how many */
export async function dropDisconnected(database: Database, days: number, limit: number): Promise<number> {
  return (await dropGone.run(database, { days, limit })).rowCount;
}
