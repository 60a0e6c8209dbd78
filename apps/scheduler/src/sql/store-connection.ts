import type { Transaction } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import { sql } from 'drizzle-orm';
import { textArray } from './text-array.ts';

export interface ConnectionColumns {
  id: string;
  tenant: string;
  provider: string;
  appId: string;
  accountId: string;
  accountName: string | null;
  scopesRequested: readonly string[];
  scopesGranted: readonly string[] | null;
  settings: ConnectionSettings;
  /** What the provider told of the account. */
  identity: Readonly<Record<string, string>>;
  /** Who gave the grant; null: the provider did not tell. */
  personId: string | null;
  /** From now; null: unknown, or without end. */
  consentSeconds: number | null;
}

/** @returns false if the account is connected already */
export async function insertConnection(transaction: Transaction, row: ConnectionColumns): Promise<boolean> {
  const { rowCount } = await transaction.execute(sql`
    insert into connections (id, tenant_id, provider, app_id, account_id, account_name, scopes_requested,
      scopes_granted, status, settings, identity, person_id, consent_at, consent_ends_at, verified_at)
    values (${row.id}, ${row.tenant}, ${row.provider}, ${row.appId}, ${row.accountId}, ${row.accountName},
      ${textArray(row.scopesRequested)}, ${textArray(row.scopesGranted)}, 'connected',
      ${JSON.stringify(row.settings)}, ${JSON.stringify(row.identity)}, ${row.personId}, hookline_now(),
      hookline_now() + make_interval(secs => ${row.consentSeconds}::float8), hookline_now())
    on conflict (tenant_id, app_id, account_id) where deleted_at is null do nothing`);
  return rowCount === 1;
}

/** The facts of a new grant of a connection that exists. Its settings stay; values that the provider told are renewed. */
export async function renewConnection(
  transaction: Transaction,
  connectionId: string,
  row: Omit<ConnectionColumns, 'id' | 'tenant' | 'provider' | 'appId' | 'accountId'>,
): Promise<void> {
  await transaction.execute(sql`
    update connections
    set account_name = ${row.accountName}, scopes_requested = ${textArray(row.scopesRequested)},
        scopes_granted = ${textArray(row.scopesGranted)},
        settings = settings || ${JSON.stringify(row.settings)}::jsonb || jsonb_build_object('values',
          coalesce(settings -> 'values', '{}') || coalesce(${JSON.stringify(row.settings)}::jsonb -> 'values', '{}')),
        identity = identity || ${JSON.stringify(row.identity)}::jsonb,
        person_id = coalesce(${row.personId}, person_id),
        consent_at = hookline_now(), announced_days = null,
        consent_ends_at = hookline_now() + make_interval(secs => ${row.consentSeconds}::float8),
        verified_at = hookline_now(), updated_at = hookline_now()
    where id = ${connectionId}`);
}

/** The connection of an account. */
export async function findConnectionOfAccount(
  transaction: Transaction,
  account: { tenant: string; appId: string; accountId: string },
): Promise<string | undefined> {
  const { rows } = await transaction.execute(sql`
    select id from connections
    where tenant_id = ${account.tenant} and app_id = ${account.appId} and account_id = ${account.accountId}
      and deleted_at is null`);
  return (rows[0] as { id: string } | undefined)?.id;
}
