import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';

/**
 * What came of a try to stop what is registered at a provider. `failed`: another try may succeed. `unauthorized`: the
 * provider does not accept the token.
 */
export type Stopped =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed' | 'unauthorized'; readonly message: string };

/** What connections have left at their providers. The grant is needed to remove it, and ends after that. */
export interface LeftRegistrations {
  /**
   * Tries once to stop each registration that a connection has left, until the signal aborts. One that the provider
   * refuses to end is for a person.
   * @param openToken of a connection that is deleted
   */
  stopAll(
    connection: ConnectionFacts,
    app: AppFacts,
    signal: AbortSignal,
    openToken?: () => string,
  ): Promise<Stopped>;
  /** Nothing more can be done for what a connection has left: says in its journey what a person has to remove. */
  giveUp(connectionId: string, why: string): Promise<void>;
}
