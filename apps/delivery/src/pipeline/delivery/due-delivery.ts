import type { Transformation } from '@hookline/contracts';
import type { DeliveryTrigger } from './delivery-trigger.ts';
import type { UnstoredDelivery } from './unstored-delivery.ts';

/** A delivery under this replica's lease, ready to be sent. */
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
  /** When it was last retried manually or replayed. RFC 3339. */
  retriedAt?: string | null;
  /** The payload's own bytes; shared by all deliveries of the event. */
  payload: Uint8Array;
  /**
   * The kept request of the event, encoded, for an endpoint with the format `request`; null: none is
   * kept. Undefined: the endpoint gets events.
   */
  request?: Uint8Array | null | undefined;
  /** Attempts made so far. */
  attempts: number;
  /** How many of `attempts` were before the last manual retry. */
  attemptsBefore: number;
  trigger: DeliveryTrigger;
  /** The replay's transformation, in place of the endpoint's own. */
  transformation?: Transformation | null;
  /** The replay that sends it again. */
  replayId?: string | null;
  leaseId: string;
  /** By this process's performance.now(). */
  leaseUntilMs: number;
  /** It was claimed several times without an outcome: it may have ended the process. See poison-guard.ts. */
  isPoisonSuspect?: boolean;
  /** Present if it was sent before Postgres had it. */
  unstored?: UnstoredDelivery;
}

/** The memory that a delivery takes, in bytes. */
export const heldBytes = ({ payload, request }: Pick<DueDelivery, 'payload' | 'request'>): number =>
  payload.length + (request?.length ?? 0);
