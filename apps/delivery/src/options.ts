import type { AddressGuardOptions } from '@hookline/outbound';
import type { NatsOptions, ServiceOptions } from '@hookline/service';

/** The options of delivery, as `env.ts` reads them. */
export interface DeliveryOptions extends ServiceOptions, NatsOptions {
  /** Each is 32 bytes in base64. The first key seals. */
  encryptionKeys: readonly string[];
  /** `maxRetries` of an endpoint that is created without it. */
  defaultMaxRetries: number;
  /** The most requests in flight to all endpoints. */
  maxInFlight: number;
  /** The most requests in flight to one endpoint at first. */
  inFlightPerEndpoint: number;
  /** The most requests in flight to one endpoint whose receiver answers fast and shows no sign of overload. */
  maxInFlightPerEndpoint: number;
  /** The most bytes of payloads that wait in memory for their lanes. */
  maxBufferedBytes: number;
  leaseSeconds: number;
  /** How many times a delivery may be claimed without an outcome before it gives up. */
  maxClaims: number;
  /** How many times content is sent that a receiver posts back to Hookline each time. */
  maxHops: number;
  /** How often due deliveries are claimed. */
  pollIntervalMs: number;
  ledgerIntervalMs: number;
  /** How often the failures of endpoints are written, and endpoints with only failures are switched off. */
  failureIntervalMs: number;
  /** An endpoint that has only failures for this many hours is switched off. 0: never. */
  disableAfterHours: number;
  /** At most one dead letter of an endpoint is announced to its tenant in this many seconds. 0: none. */
  announceDeadSeconds: number;
  /** How long an endpoint that is switched off keeps its deliveries, in ms. 0: forever. */
  holdMs: number;
  heldIntervalMs: number;
  statisticsIntervalMs: number;
  statisticsDays: number;
  /** The addresses that Hookline may send requests to. */
  outbound: AddressGuardOptions;
  /** Origins of this installation: no endpoint may lead back to them. */
  ownOrigins: readonly string[];
}
