import type { ConnectionStatus } from '@hookline/contracts';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import type { ConnectionRow } from '../sql/connection-row.ts';

/** What the parts of the scheduler need to know of a connection. Never a token. */
export interface ConnectionFacts {
  readonly id: string;
  readonly tenant: string;
  /** The id of its connectable service. */
  readonly provider: string;
  readonly appId: string;
  /** The provider's id of the account. */
  readonly accountId: string;
  /** The name of the account for people, such as its address. */
  readonly accountName: string | undefined;
  /** With the values that the provider told of the account. */
  readonly settings: ConnectionSettings;
  /** Undefined: the provider has no scopes for this kind of application, or did not tell. */
  readonly scopesGranted: readonly string[] | undefined;
  readonly status: ConnectionStatus;
}

/** Settings with what the provider told of the account. A value that a caller has set takes precedence. */
export function withIdentity(
  settings: ConnectionSettings,
  identity: Readonly<Record<string, string>>,
): ConnectionSettings {
  const values = { ...identity, ...settings.values };
  return Object.keys(values).length === 0 ? settings : { ...settings, values };
}

export function factsOf(row: ConnectionRow): ConnectionFacts {
  return {
    id: row.id,
    tenant: row.tenantId,
    provider: row.provider,
    appId: row.appId,
    accountId: row.accountId,
    accountName: row.accountName ?? undefined,
    settings: withIdentity(row.settings, row.identity),
    scopesGranted: row.scopesGranted ?? undefined,
    status: row.status,
  };
}
