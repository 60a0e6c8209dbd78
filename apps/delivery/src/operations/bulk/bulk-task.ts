import type {
  DeadLetterSelection,
  DeliverySelection,
  EndpointSelection,
  EventSelection,
  ParkedKeySelection,
} from '@hookline/contracts';
import type { BulkTask } from '@hookline/service';

interface Task<
  Kind extends BulkTask['kind'],
  Action extends BulkTask['action'],
  Filter extends BulkTask['filter'],
> extends BulkTask {
  kind: Kind;
  action: Action;
  filter: Filter;
}

/** What the bulk calls of delivery can do. */
export type DeliveryBulkTask =
  | Task<'deliveries', 'cancel', DeliverySelection>
  | Task<'dead_letters', 'discard', DeadLetterSelection>
  | Task<'events', 'delete', EventSelection>
  | Task<'endpoints', 'enable' | 'disable', EndpointSelection>
  | Task<'parked_keys', 'release' | 'discard', ParkedKeySelection>;

export type BulkKind = DeliveryBulkTask['kind'];
