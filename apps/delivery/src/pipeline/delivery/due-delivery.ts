import type { Transformation } from '@hookline/contracts';
import type { DeliveryTrigger } from './delivery-trigger.ts';
import type { UnstoredDelivery } from './unstored-delivery.ts';

/** A delivery that this replica holds the lease of, ready to be sent. */
export interface DueDelivery {
  eventId: string;
  endpointId: string;
  tenantId: string;
  eventType: string;
  /** RFC 3339. */
  eventTime: string;
  /** RFC 3339. */
  receivedAt: string;
  /** W3C trace context of the request that brought the event. */
  traceparent?: string | null | undefined;
  /** How often its event has come through this installation (see HopCounts). */
  hops?: string | null | undefined;
  /** When it was last sent again by hand, or replayed, if it was. RFC 3339. */
  retriedAt?: string | null;
  /** The payload's own bytes; shared by all deliveries of the event. */
  payload: Uint8Array;
  /**
   * The HTTP request that brought the event, encoded, for an endpoint that gets requests as they came; null: none is
   * kept. Undefined: the endpoint gets events.
   */
  request?: Uint8Array | null | undefined;
  /** Attempts made so far. */
  attempts: number;
  /** Of those, how many were before the last manual retry. */
  attemptsBefore: number;
  trigger: DeliveryTrigger;
  /** Of the replay that had it sent, in place of the endpoint's own. */
  transformation?: Transformation | null;
  /** The replay that it is sent again by, if it is. */
  replayId?: string | null;
  leaseId: string;
  /** By this process's performance.now(). */
  leaseUntilMs: number;
  /** Claimed before, more than once, and never heard of again: a process may have died of it. */
  isPoisonSuspect?: boolean;
  /** When it is on its first way: Postgres does not have it yet, or did not when it set out. */
  unstored?: UnstoredDelivery;
}

/** What a delivery holds in memory, in bytes. */
export const heldBytes = ({ payload, request }: Pick<DueDelivery, 'payload' | 'request'>): number =>
  payload.length + (request?.length ?? 0);
