import type { AddressGuardOptions } from '@hookline/outbound';
import type { NatsOptions, ServiceOptions } from '@hookline/service';
import type { EnvironmentSecrets } from './inbound/provider-secrets.ts';
import type { RequestLimitOptions } from './inbound/request-limits.ts';

/** The options of ingest, as `env.ts` reads them. */
export interface IngestOptions extends ServiceOptions, NatsOptions {
  /** base64 of 32 bytes each; the first seals. */
  encryptionKeys: readonly string[];
  /** Origin that providers reach, without a slash at the end. */
  publicUrl: string;
  /** The tenant of an inbound address that names no tenant. */
  defaultTenant: string;
  /** Largest body of one request. A payload that does not fit in a message goes to JetStream's object store. */
  maxBodyBytes: number;
  /** Bytes of all bodies that are being read or stored. */
  maxInFlightBytes: number;
  /** A connection beyond this number is closed at once. */
  maxConnections: number;
  /** Longest time to try to store an event, however long its provider waits for the answer. */
  publishDeadlineMs: number;
  /** Where events wait that JetStream did not store in time. Undefined: their senders get 503. */
  journal: { directory: string; maxBytes: number } | undefined;
  /** Secrets of providers that are set for all tenants. */
  environmentSecrets: EnvironmentSecrets;
  /** How long an equal body is a repeat, for providers that retry and send no id. */
  repeatWindowMs: number;
  /** The addresses that may be called: providers publish keys to verify with. */
  outbound: AddressGuardOptions;
  /** Refused requests that are kept in a minute for one source. */
  rejectionsPerMinute: number;
  /** Refused requests that are kept for one source and reason: the newest. */
  rejectionsPerSource: number;
  limits: RequestLimitOptions;
  /** The proxies whose X-Forwarded-* headers are believed: addresses, networks, or proxy-addr's names such as `loopback`. */
  trustedProxies: readonly string[];
}
