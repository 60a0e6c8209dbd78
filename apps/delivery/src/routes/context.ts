import type { Bus, EventPublisher } from '@hookline/bus';
import type { Database, SecretBox } from '@hookline/db';
import type { AddressGuard } from '@hookline/outbound';
import type { HopCounts } from '@hookline/service';
import type { EndpointCatalog } from '../catalog/endpoint-catalog.ts';
import type { FilterEvaluator } from '../filters/filter-evaluator.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { ReplicaRegister } from '../replicas/replica-register.ts';
import type { AuthorizedSender } from '../sending/authorized-sender.ts';
import type { BodyCompactor } from '../sending/body-compactor.ts';
import type { Transformer } from '../transformations/create-transformer.ts';
import type { WaitReason } from './deliveries/wait-reason.ts';

/** What the routes need of the rest of the service. */
export interface RouteContext {
  internalToken: string;
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
