import type { ServiceName } from '@hookline/contracts';

/** A metric of a report. `by`: the label by whose values the sums are kept apart. */
export interface ReportedMetric {
  name: string;
  by?: string;
}

/** Metrics that are read from memory: reading them asks neither Postgres nor NATS. */
export const REPORTED_METRICS: Record<ServiceName, readonly ReportedMetric[]> = {
  ingest: [
    { name: 'ingest_requests_total' },
    { name: 'ingest_pending' },
    { name: 'ingest_journal_events' },
    { name: 'ingest_sources' },
  ],
  delivery: [
    { name: 'events_total', by: 'result' },
    { name: 'deliveries_created_total' },
    { name: 'attempts_total', by: 'status' },
    { name: 'attempt_duration_seconds' },
    { name: 'first_attempt_latency_seconds' },
    { name: 'deliveries_in_flight' },
    { name: 'deliveries_waiting' },
    { name: 'outcomes_pending' },
    { name: 'stream_buffered' },
    { name: 'claims_stalled_seconds' },
    { name: 'lanes', by: 'state' },
    { name: 'unaccounted_deliveries' },
  ],
  scheduler: [{ name: 'scheduler_task_runs_total' }, { name: 'scheduler_tasks_running' }],
  gateway: [
    { name: 'feed_connections', by: 'transport' },
    { name: 'feed_subscriptions' },
    { name: 'feed_frames_total' },
    { name: 'feed_lag_seconds' },
  ],
};
