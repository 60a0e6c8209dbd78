import { Counter, Gauge, Histogram, type Registry } from '@hookline/service';

export interface IngestMetrics {
  /** `outcome`: `accepted`, `duplicate`, `answered` (a provider's question), or the code of a refusal. */
  requests: Counter<'provider' | 'outcome'>;
  duplicates: Counter<'provider'>;
  publishSeconds: Histogram;
  journaled: Counter;
}

export interface IngestGauges {
  pendingEvents: () => number;
  /** Whether JetStream stores nothing although it is connected. */
  storeRefuses: () => boolean;
  inFlightBytes: () => number;
  sources: () => number;
  journalEvents: () => number;
  journalBytes: () => number;
}

/** Values that are read when the metrics are read. */
export function registerIngestGauges(registry: Registry, gauges: IngestGauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('hookline_ingest_pending', 'Events that wait for JetStream to store them', gauges.pendingEvents);
  gauge(
    'hookline_ingest_store_refuses',
    '1 while JetStream is connected but stores no events, because its disk or its stream is full or NATS must be restarted',
    () => Number(gauges.storeRefuses()),
  );
  gauge(
    'hookline_ingest_in_flight_bytes',
    'Bytes of the bodies that are being read or stored',
    gauges.inFlightBytes,
  );
  gauge('hookline_ingest_sources', 'Active sources in memory', gauges.sources);
  gauge('hookline_ingest_journal_events', 'Events on disk that wait for JetStream', gauges.journalEvents);
  gauge('hookline_ingest_journal_bytes', 'Bytes of the events in the journal', gauges.journalBytes);
}

export function createIngestMetrics(registry: Registry): IngestMetrics {
  return {
    requests: new Counter({
      name: 'hookline_ingest_requests_total',
      help: 'Requests of providers and applications, by outcome',
      labelNames: ['provider', 'outcome'],
      registers: [registry],
    }),
    duplicates: new Counter({
      name: 'hookline_ingest_duplicates_total',
      help: 'Events that JetStream had stored already',
      labelNames: ['provider'],
      registers: [registry],
    }),
    journaled: new Counter({
      name: 'hookline_ingest_journaled_total',
      help: 'Events that JetStream did not store in time and the journal did',
      registers: [registry],
    }),
    publishSeconds: new Histogram({
      name: 'hookline_ingest_publish_seconds',
      help: "Time from publishing an event to JetStream's acknowledgement",
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
  };
}
