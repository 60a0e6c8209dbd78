import type { Bus, EventPublisher } from '@hookline/bus';
import type { Database, SecretBox } from '@hookline/db';
import type { AddressGuard } from '@hookline/outbound';
import type { Authenticate, Exports, HopCounts } from '@hookline/service';
import type { EndpointCatalog } from '../endpoints/catalog/endpoint-catalog.ts';
import type { ReplicaRegister } from '../operations/replicas/replica-register.ts';
import type { FilterEvaluator } from '../pipeline/filters/filter-evaluator.ts';
import type { LaneRegistry } from '../pipeline/lanes/lane-registry.ts';
import type { AuthorizedSender } from '../pipeline/sending/authorized-sender.ts';
import type { BodyCompactor } from '../pipeline/sending/body-compactor.ts';
import type { Transformer } from '../pipeline/transformations/create-transformer.ts';
import type { WaitReason } from './deliveries/wait-reason.ts';

/** The parts of the service that the operations use. */
export interface RouteContext {
  authenticate: Authenticate;
  database: Database;
  bus: Bus;
  publisher: EventPublisher;
  catalog: EndpointCatalog;
  secretBox: SecretBox;
  guard: AddressGuard;
  /** The origins of this installation. No endpoint may lead back to one of them. */
  ownOrigins: readonly string[];
  /** Called when ordering keys are released: the next delivery of each key may be due. */
  onKeysReleased: () => void;
  lanes: Pick<LaneRegistry, 'healthOf'>;
  replicas: Pick<ReplicaRegister, 'confirm'>;
  waitReason: WaitReason;
  /** The time by the database's clock, in ms since 1970. */
  databaseNowMs: () => number;
  sender: AuthorizedSender;
  userAgent: string;
  hopCounts: HopCounts;
  /** For an endpoint that is created without `maxRetries`. */
  defaultMaxRetries: number;
  /** Called when a replay is due. */
  wakeReplays: () => void;
  /** Called when a bulk job is due. */
  wakeBulkJobs: () => void;
  exports: Exports;
  filters: FilterEvaluator;
  transformer: Transformer;
  compactor: BodyCompactor;
}
