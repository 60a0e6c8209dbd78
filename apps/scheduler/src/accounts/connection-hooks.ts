import type { Transaction } from '@hookline/db';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';

/** What other parts of the scheduler do when an account is connected or disconnected. */
export interface ConnectionHooks {
  /** In the transaction that stores the grant: e.g. creates the tasks of the connection. */
  granted?(transaction: Transaction, connection: ConnectionFacts, app: AppFacts): Promise<void>;
  /** After its commit; it must not reject. */
  afterGranted?(connection: ConnectionFacts): void;
  /** In the transaction that stores other settings: e.g. changes the intervals of the tasks. */
  settingsChanged?(transaction: Transaction, connection: ConnectionFacts, app: AppFacts): Promise<void>;
  /**
   * While the tokens are still there: undoes what was registered at the provider. It may fail: the disconnection goes on.
   * @param isLast whether no other connection has the same account of the same application
   */
  beforeDisconnect?(connection: ConnectionFacts, isLast: boolean, signal: AbortSignal): Promise<void>;
  /** In the transaction that deletes the connection. */
  disconnected?(transaction: Transaction, connection: ConnectionFacts): Promise<void>;
}
