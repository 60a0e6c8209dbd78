import { Ban, RotateCw } from 'lucide-react';
import type { Matching } from '../../changes/matching.ts';
import type { MatchingAction } from '../../changes/matching-menu.tsx';
import { useIsOperator } from '../../session/access.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Link } from '../../ui/link.tsx';
import type { Filters } from '../../url/filters.ts';
import { cancelMatching, retryMatching, whyNoCancel, whyNoRetry } from './delivery-bulk.ts';
import { DELIVERY_COLUMNS, OPERATOR_DELIVERY_COLUMNS } from './delivery-columns.tsx';
import { useDeliveryFields } from './delivery-fields.ts';
import { DeliveryList } from './delivery-list.tsx';

const FAILURES: Filters = { status: 'failed' };
const VIEWS: readonly { name: string; filters: Filters }[] = [
  { name: 'All deliveries', filters: {} },
  { name: 'Gave up', filters: FAILURES },
  { name: 'Being retried', filters: { status: 'retrying' } },
  { name: 'Waiting', filters: { status: 'pending' } },
];

const actionsFor = (matching: Matching): readonly MatchingAction[] => [
  {
    label: 'Send those that gave up again',
    icon: RotateCw,
    obstacle: whyNoRetry(matching),
    make: () => retryMatching(matching),
  },
  {
    label: 'Cancel open deliveries',
    icon: Ban,
    tone: 'danger',
    obstacle: whyNoCancel(matching),
    make: () => cancelMatching(matching),
  },
];

/** Every delivery: one event to one endpoint. */
export default function DeliveriesPage() {
  return (
    <DeliveryList
      title="Deliveries"
      operation="listDeliveries"
      name="deliveries"
      fields={useDeliveryFields()}
      columns={useIsOperator() ? OPERATOR_DELIVERY_COLUMNS : DELIVERY_COLUMNS}
      views={VIEWS}
      failures={FAILURES}
      actionsFor={actionsFor}
      nothingYet={
        <EmptyState kind="nothing-yet" title="No delivery yet">
          A delivery is created for each endpoint that matches an event. Publish one on the page of{' '}
          <Link href="/events">events</Link>.
        </EmptyState>
      }
    />
  );
}
