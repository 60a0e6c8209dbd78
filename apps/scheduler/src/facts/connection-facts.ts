import type { ConnectionStatus } from '@hookline/contracts';
import type { ConnectionSettings } from '@hookline/db/scheduler';

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
  readonly settings: ConnectionSettings;
  /** Undefined: the provider has no scopes for this kind of application, or did not tell. */
  readonly scopesGranted: readonly string[] | undefined;
  readonly status: ConnectionStatus;
}
