import type { Database, Transaction } from '@hookline/db';
import { statement } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import { sql } from 'drizzle-orm';
import { textArray } from './text-array.ts';

export interface Link {
  tenant: string;
  provider: string;
  appId: string;
  connectionId: string | null;
  /** Null: those of the application. */
  scopes: string[] | null;
  settings: ConnectionSettings;
  returnUrl: string | null;
  /** The API key or the session that made it. */
  keyId: string;
}

/** @returns when it ends */
export async function insertLink(
  transaction: Transaction,
  link: Link & { tokenHash: Buffer; lifeSeconds: number },
): Promise<Date> {
  const { rows } = await transaction.execute(sql`
    insert into connection_links (token_hash, tenant_id, provider, app_id, connection_id, scopes, settings, return_url,
      key_id, expires_at)
    values (${link.tokenHash}, ${link.tenant}, ${link.provider}, ${link.appId}, ${link.connectionId},
      ${textArray(link.scopes)}, ${JSON.stringify(link.settings)}, ${link.returnUrl},
      ${link.keyId}, hookline_now() + make_interval(secs => ${link.lifeSeconds}::float8))
    returning extract(epoch from expires_at)::float8 * 1000 as "expiresAtMs"`);
  return new Date((rows[0] as { expiresAtMs: number }).expiresAtMs);
}

const WORKS = 'used_at is null and expires_at > hookline_now()';

const take = statement(
  { tokenHash: 'text', provider: 'text' },
  ({ tokenHash, provider }) => `
    update connection_links set used_at = hookline_now()
    where token_hash = decode(${tokenHash}, 'hex') and provider = ${provider} and ${WORKS}
    returning tenant_id as tenant, provider, app_id as "appId", connection_id as "connectionId", scopes, settings,
              return_url as "returnUrl", key_id as "keyId"`,
);

/** Takes a link, once. Undefined: there is none, it has been used, or it has ended. */
export async function takeLink(
  database: Database,
  tokenHash: Buffer,
  provider: string,
): Promise<Link | undefined> {
  const { rows } = await take.run<Link>(database, { tokenHash: tokenHash.toString('hex'), provider });
  return rows[0];
}

const findMaker = statement(
  { tokenHash: 'text' },
  ({ tokenHash }) =>
    `select key_id as "keyId" from connection_links where token_hash = decode(${tokenHash}, 'hex') and ${WORKS}`,
);

/** The API key or the session that made a link. Undefined: there is no link that still works. */
export async function findLinkMaker(database: Database, tokenHash: Buffer): Promise<string | undefined> {
  const { rows } = await findMaker.run<{ keyId: string }>(database, { tokenHash: tokenHash.toString('hex') });
  return rows[0]?.keyId;
}

const end = statement(
  { tokenHash: 'text' },
  ({ tokenHash }) => `
    update connection_links set expires_at = hookline_now()
    where token_hash = decode(${tokenHash}, 'hex') and ${WORKS}`,
);

export async function endLink(database: Database, tokenHash: Buffer): Promise<void> {
  await end.run(database, { tokenHash: tokenHash.toString('hex') });
}
