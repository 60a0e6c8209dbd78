import type { AddressGuardOptions } from '@hookline/outbound';
import type { NatsOptions, ServiceOptions } from '@hookline/service';

/** The options of delivery, as `env.ts` reads them. */
export interface DeliveryOptions extends ServiceOptions, NatsOptions {
  /** base64 of 32 bytes each; the first seals. */
  encryptionKeys: readonly string[];
  /** For endpoints that are created without `maxRetries`. */
  defaultMaxRetries: number;
  /** Requests to endpoints under way at once. */
  maxInFlight: number;
  /** Requests to one endpoint under way at once, at first. */
  inFlightPerEndpoint: number;
  /** The same for a receiver that answers fast and shows no strain. */
  maxInFlightPerEndpoint: number;
  /** Payloads that wait in memory for their lanes. */
  maxBufferedBytes: number;
  leaseSeconds: number;
  /** How many times a delivery may be claimed without an outcome before it gives up. */
  maxClaims: number;
  /** How many times content may be sent that comes back each time. */
  maxHops: number;
  /** How often due deliveries are looked for. */
  pollIntervalMs: number;
  ledgerIntervalMs: number;
  /** How often failures of endpoints are written, and endpoints that only fail are looked for. */
  failureIntervalMs: number;
  /** An endpoint that has only failures for so long is switched off; 0: never. */
  disableAfterHours: number;
  /** At most one dead letter of an endpoint is announced to its tenant in so many seconds; 0: none. */
  announceDeadSeconds: number;
  statisticsIntervalMs: number;
  statisticsDays: number;
  /** The addresses that may be called. */
  outbound: AddressGuardOptions;
  /** Origins of this installation: no endpoint may lead back to them. */
  ownOrigins: readonly string[];
}
