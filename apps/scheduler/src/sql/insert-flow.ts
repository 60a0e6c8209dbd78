import type { Transaction } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import { sql } from 'drizzle-orm';
import { textArray } from './text-array.ts';

export interface NewFlow {
  stateHash: Buffer;
  tenant: string;
  provider: string;
  appId: string;
  /** Sealed. */
  verifier: string | null;
  browserHash: Buffer;
  redirectUri: string;
  returnUrl: string | null;
  connectionId: string | null;
  scopes: readonly string[];
  userScopes: readonly string[];
  settings: ConnectionSettings;
  /** Of the application, at which the consent is asked for. */
  origins: Readonly<Record<string, string>>;
  /** The API key or the session that began it, or that made the link by which it began. */
  keyId: string;
  lifeSeconds: number;
}

export async function insertFlow(transaction: Transaction, flow: NewFlow): Promise<void> {
  await transaction.execute(sql`
    insert into oauth_flows (state_hash, tenant_id, provider, app_id, verifier, browser_hash, redirect_uri, return_url,
      connection_id, scopes, user_scopes, settings, origins, key_id, expires_at)
    values (${flow.stateHash}, ${flow.tenant}, ${flow.provider}, ${flow.appId}, ${flow.verifier}, ${flow.browserHash},
      ${flow.redirectUri}, ${flow.returnUrl}, ${flow.connectionId}, ${textArray(flow.scopes)},
      ${textArray(flow.userScopes)}, ${JSON.stringify(flow.settings)},
      ${JSON.stringify(flow.origins)}, ${flow.keyId},
      hookline_now() + make_interval(secs => ${flow.lifeSeconds}::float8))`);
}
