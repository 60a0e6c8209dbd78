import type { DedupeRule, Provider } from '@hookline/providers';
import type { DatedSecret } from './source-secrets.ts';

/** A source as the inbound path needs it: in memory, with its secrets opened. */
export interface ActiveSource {
  readonly id: string;
  readonly tenant: string;
  readonly name: string | null;
  readonly provider: Provider;
  readonly token: string;
  /**
   * Newest first. Empty when they could not be opened: requests are then an error, never accepted; or when the
   * provider needs none.
   */
  readonly secrets: readonly string[];
  /** When each of `secrets` was set, RFC 3339. */
  readonly secretsSetAt: readonly string[];
  /** Valid no more: to explain refusals with, never to accept. Newest first. */
  readonly retiredSecrets: readonly DatedSecret[];
  readonly verifyTokens: readonly string[];
  /** Undefined: the provider's own; null: signed timestamps are not checked. */
  readonly toleranceSeconds: number | null | undefined;
  /** Whether a client's address may send. */
  readonly allowsAddress: (address: string) => boolean;
  /** Whether it names the addresses that may send; else all may. */
  readonly namesAddresses: boolean;
  /** Whether an event type is wanted. Undefined: all are. */
  readonly wantsType: ((type: string) => boolean) | undefined;
  /** What stored events are answered with. Undefined: as the provider expects. */
  readonly answer: SourceAnswer | undefined;
  /** What its repeats are recognised by. Undefined: as the provider's identity says. */
  readonly dedupe: DedupeRule | undefined;
  /** What the provider needs beside the secret. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether the requests that it receives are kept with their events. */
  readonly keepsRequests: boolean;
  /** A label such as `staging`. */
  readonly environment: string | undefined;
  /** Changes with the row it was read from. */
  readonly version: string;
}

export interface SourceAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: string;
}
