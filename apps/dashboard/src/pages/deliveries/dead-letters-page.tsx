import { Ban, RotateCw } from 'lucide-react';
import type { Matching } from '../../changes/matching.ts';
import type { MatchingAction } from '../../changes/matching-menu.tsx';
import { useIsOperator } from '../../session/access.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Link } from '../../ui/link.tsx';
import type { Filters } from '../../url/filters.ts';
import { discardMatching, retryMatching, whyNoDiscard, whyNoRetry } from './delivery-bulk.ts';
import { DEAD_LETTER_COLUMNS, OPERATOR_DEAD_LETTER_COLUMNS } from './delivery-columns.tsx';
import { useDeadLetterFields } from './delivery-fields.ts';
import { DeliveryList } from './delivery-list.tsx';

const VIEWS: readonly { name: string; filters: Filters }[] = [
  { name: 'All dead letters', filters: {} },
  { name: 'Discarded', filters: { discarded: 'true' } },
];

const actionsFor = (matching: Matching): readonly MatchingAction[] => [
  {
    label: 'Send all that match again',
    icon: RotateCw,
    obstacle: whyNoRetry(matching),
    make: () => retryMatching(matching),
  },
  {
    label: 'Discard all that match',
    icon: Ban,
    tone: 'danger',
    obstacle: whyNoDiscard(matching),
    make: () => discardMatching(matching),
  },
];

/** Deliveries that gave up and that nobody has dealt with. */
export default function DeadLettersPage() {
  return (
    <DeliveryList
      title="Dead letters"
      operation="listDeadLetters"
      name="dead-letters"
      fields={useDeadLetterFields()}
      columns={useIsOperator() ? OPERATOR_DEAD_LETTER_COLUMNS : DEAD_LETTER_COLUMNS}
      views={VIEWS}
      actionsFor={actionsFor}
      nothingYet={
        <EmptyState kind="nothing-yet" title="No dead letters">
          Everything was delivered or is still being tried. Those that are being tried are among the{' '}
          <Link href="/deliveries?status=retrying">deliveries</Link>.
        </EmptyState>
      }
    />
  );
}
