import type { Bus, EventPublisher } from '@hookline/bus';
import type { Database, SecretBox } from '@hookline/db';
import type { AddressGuard } from '@hookline/outbound';
import type { Authenticate, HopCounts } from '@hookline/service';
import type { EndpointCatalog } from '../endpoints/catalog/endpoint-catalog.ts';
import type { ReplicaRegister } from '../operations/replicas/replica-register.ts';
import type { FilterEvaluator } from '../pipeline/filters/filter-evaluator.ts';
import type { LaneRegistry } from '../pipeline/lanes/lane-registry.ts';
import type { AuthorizedSender } from '../pipeline/sending/authorized-sender.ts';
import type { BodyCompactor } from '../pipeline/sending/body-compactor.ts';
import type { Transformer } from '../pipeline/transformations/create-transformer.ts';
import type { WaitReason } from './deliveries/wait-reason.ts';

/** What the routes need of the rest of the service. */
export interface RouteContext {
  /** Reads the principal from the gateway's headers. */
  authenticate: Authenticate;
  database: Database;
  bus: Bus;
  publisher: EventPublisher;
  catalog: EndpointCatalog;
  secretBox: SecretBox;
  guard: AddressGuard;
  /** At which this installation is reached: no endpoint may lead back there. */
  ownOrigins: readonly string[];
  /** Deliveries that waited for their turn, behind a parked key or one that was let go, may have it. */
  onKeysReleased: () => void;
  lanes: Pick<LaneRegistry, 'healthOf'>;
  replicas: Pick<ReplicaRegister, 'confirm'>;
  waitReason: WaitReason;
  sender: AuthorizedSender;
  userAgent: string;
  hopCounts: HopCounts;
  /** Of endpoints that are made without saying it. */
  defaultMaxRetries: number;
  /** A replay is due. */
  wakeReplays: () => void;
  filters: FilterEvaluator;
  transformer: Transformer;
  compactor: BodyCompactor;
}
