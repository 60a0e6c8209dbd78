import type { ServiceName } from './operation.ts';

/**
 * Core NATS: a gateway asks every replica of every service for its report; each answers on the reply subject, from
 * memory. The gateway asks once a second, and only while somebody follows `/ws/monitoring`.
 */
export const MONITORING_SUBJECT = 'hookline.monitoring';

/** The numbers of one process, as its metrics have them. */
export interface ReplicaReport {
  service: ServiceName;
  replica: string;
  /** Seconds since the process started. */
  uptimeSeconds: number;
  memoryBytes: number;
  /** Whether its last checks succeeded; false while it shuts down. */
  ready: boolean;
  /** The names of the checks that failed. */
  failing: string[];
  /**
   * Sums over the labels of a metric by its name without `hookline_`. A metric whose labels matter has one number for
   * each value: `lanes{open}`.
   */
  metrics: Record<string, number>;
}

/** What `/ws/monitoring` sends every second. A rate is per second, over the time since the update before. */
export interface MonitoringUpdate {
  /** RFC 3339. */
  at: string;
  /** As `GET /api/webhooks/health` has it: `ready` if a replica of the service is. */
  services: Record<ServiceName, 'ready' | 'not_ready'>;
  rates: {
    /** Requests of providers and applications to ingest. */
    requests: number;
    /** Events that delivery took from the stream and stored. */
    events: number;
    /** Requests to endpoints. */
    attempts: number;
    /** Deliveries that an endpoint accepted. */
    delivered: number;
    /** Messages that the gateways sent to clients of the feed. */
    feedMessages: number;
  };
  depths: {
    /** Events that ingest has not yet stored in the stream. */
    publishing: number;
    /** Events in the journals of ingest. */
    journal: number;
    /** Messages that delivery has taken from the stream and not yet acknowledged. */
    buffered: number;
    /** Deliveries that wait in memory for their lane. */
    waiting: number;
    /** Requests to endpoints under way. */
    inFlight: number;
    /** Outcomes that are not yet in Postgres. */
    outcomes: number;
  };
  /** Means since the update before, in ms; null: nothing was measured. */
  lags: {
    /** From the receipt of an event to the start of its first attempt. */
    firstAttemptMs: number | null;
    /** From the start of a request to the end of its answer. */
    attemptMs: number | null;
    /** From the receipt of an event to the last client of the feed. */
    feedMs: number | null;
  };
  /** Endpoints that were recently sent to, by the state of their breaker. */
  lanes: Record<string, number>;
  /** Open connections of the feed, by transport. */
  connections: { ws: number; sse: number; socketio: number; subscriptions: number };
  /** 0, or events are missing. */
  unaccountedDeliveries: number;
  replicas: ReplicaReport[];
}

/** A message of `/ws/monitoring`. */
export type MonitoringMessage = { type: 'update'; data: MonitoringUpdate };
