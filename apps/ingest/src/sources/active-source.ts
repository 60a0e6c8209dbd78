import type { DedupeRule, Provider } from '@hookline/providers';
import type { DatedSecret } from './source-secrets.ts';

/** A source for the inbound path: in memory, with its secrets decrypted. */
export interface ActiveSource {
  readonly id: string;
  /** Undefined: the source of an OAuth application of the whole installation. */
  readonly tenant: string | undefined;
  /** The OAuth application or connection that the scheduler made the source for. */
  readonly managedBy: string | undefined;
  readonly name: string | null;
  readonly provider: Provider;
  readonly token: string;
  /**
   * Newest first. Empty when they could not be decrypted (every request is then refused) or when the provider needs
   * none.
   */
  readonly secrets: readonly string[];
  /** Times at which `secrets` were set, RFC 3339. */
  readonly secretsSetAt: readonly string[];
  /** Secrets that are no longer valid: they explain rejections and never verify a request. Newest first. */
  readonly retiredSecrets: readonly DatedSecret[];
  readonly verifyTokens: readonly string[];
  /** Undefined: the provider's tolerance. null: signed timestamps are not checked. */
  readonly toleranceSeconds: number | null | undefined;
  /** Whether a client's address may send. */
  readonly allowsAddress: (address: string) => boolean;
  /** Whether the source limits the addresses that may send. */
  readonly namesAddresses: boolean;
  /** Whether an event type is stored. Undefined: all types are. */
  readonly wantsType: ((type: string) => boolean) | undefined;
  /** The answer after the events are stored. Undefined: the provider's answer. */
  readonly answer: SourceAnswer | undefined;
  /** How repeats are recognised. Undefined: by the provider's identity. */
  readonly dedupe: DedupeRule | undefined;
  /** The provider's options. */
  readonly options: Readonly<Record<string, string>>;
  /** Whether its connection is paused or has no grant: then no event is stored. */
  readonly withholds: boolean;
  /** Whether received requests are stored with their events. */
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
