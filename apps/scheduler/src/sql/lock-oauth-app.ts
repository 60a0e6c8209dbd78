import type { Transaction } from '@hookline/db';
import type { OAuthAppSettings } from '@hookline/db/scheduler';
import { sql } from 'drizzle-orm';

/** It lets others note faults of the application, which they do while they hold the lock of a connection. */
const KEY_SHARE = sql`for key share`;

/**
 * Locks an application until the end of the transaction: `to change` it, or `to use` it, so that nobody changes it
 * meanwhile. Undefined: there is none, or it is deleted.
 */
export async function lockOAuthApp(
  transaction: Transaction,
  appId: string,
  purpose: 'to change' | 'to use',
): Promise<{ settings: OAuthAppSettings } | undefined> {
  const { rows } = await transaction.execute(sql`
    select settings from oauth_apps where id = ${appId} and deleted_at is null
    ${purpose === 'to change' ? sql`for update` : KEY_SHARE}`);
  return rows[0] as { settings: OAuthAppSettings } | undefined;
}
