import type { SecretBox } from '@hookline/db';
import type { OAuthAppSettings } from '@hookline/db/scheduler';

/** What the parts of the scheduler need to know of an OAuth application. */
export interface AppFacts {
  readonly id: string;
  /** Undefined: an application of the installation. */
  readonly tenant: string | undefined;
  readonly provider: string;
  readonly clientId: string;
  /**
   * Opens the sealed secret at each call, so that it is not kept in memory.
   * @throws DatabaseError `unseal_failed`
   */
  clientSecret(): string;
  readonly settings: OAuthAppSettings;
}

/** A row of `oauth_apps`, as far as it describes the application. */
export interface AppColumns {
  id: string;
  tenantId: string | null;
  provider: string;
  clientId: string;
  clientSecret: string;
  settings: OAuthAppSettings;
}

export const clientSecretPlace = (appId: string) => `oauth_apps|client_secret|${appId}`;

export function toAppFacts(row: AppColumns, box: SecretBox): AppFacts {
  return {
    id: row.id,
    tenant: row.tenantId ?? undefined,
    provider: row.provider,
    clientId: row.clientId,
    clientSecret: () => box.open(row.clientSecret, clientSecretPlace(row.id)),
    settings: row.settings,
  };
}
