import type { ConnectionSpecifications } from './connection-specifications.ts';

/** A service with connectable accounts: a provider, or a service without webhooks that Hookline only polls. */
export interface Connectable extends ConnectionSpecifications {
  readonly id: string;
  readonly aliases?: readonly string[];
  /** The name shown to people. */
  readonly name: string;
  /** Address of the documentation of its API. */
  readonly documentation?: string;
}
