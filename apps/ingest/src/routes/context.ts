import type { Database } from '@hookline/db';
import type { AddressGuard } from '@hookline/outbound';
import type { VerificationInput } from '@hookline/providers';
import type { Authenticate, Health, HopCounts, IdFactory, ReceiptClock, SampledLog } from '@hookline/service';
import type { EventTypeRegistry } from '../event-types/event-type-registry.ts';
import type { SchemaThreads } from '../event-types/schema-threads.ts';
import type { EventAcceptor } from '../events/event-acceptor.ts';
import type { InFlightBytes } from '../inbound/in-flight-bytes.ts';
import type { InboundHandler } from '../inbound/inbound-handler.ts';
import type { EnvironmentSecrets } from '../inbound/provider-secrets.ts';
import type { RequestLimits } from '../inbound/request-limits.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { RejectionKeeper } from '../rejections/rejection-keeper.ts';
import type { SourceSecrets } from '../sources/source-secrets.ts';

/** The parts of the service that the operations use. */
export interface RouteContext {
  authenticate: Authenticate;
  database: Database;
  health: Health;
  metrics: IngestMetrics;
  /** The origin that providers reach. */
  publicUrl: string;

  // Webhooks of providers
  inboundHandler: InboundHandler;
  inFlight: InFlightBytes;
  limits: RequestLimits;
  /** The tenant of an address that names no tenant. */
  defaultTenant: string;

  // Events of applications
  acceptor: EventAcceptor;
  eventTypes: EventTypeRegistry;
  schemaThreads: SchemaThreads;
  publishDeadlineMs: number;
  receiptClock: Pick<ReceiptClock, 'nowMs'>;
  nextEventId: IdFactory;
  hopCounts: Pick<HopCounts, 'read'>;
  rejections: RejectionKeeper;
  /** Logs accepted events. */
  publishedLog: SampledLog;
  /** Logs refused calls. It is a log of its own, so that a flood of accepted events hides no refusal. */
  refusedLog: SampledLog;

  // Sources
  secrets: SourceSecrets;
  /** Explain why a request was refused. */
  environmentSecrets: EnvironmentSecrets;
  nextSourceId: IdFactory;
  /** Checks the URLs among the options of a source. */
  guard: AddressGuard;
  /** The largest body of a webhook, as received and as decoded. */
  maxBodyBytes: number;
  /** Fetches the keys that providers publish. */
  fetchPublished?: VerificationInput['fetchPublished'];
  /** Called after every committed change; resolves once this replica knows the change. */
  onSourcesChanged: () => Promise<void>;
}
