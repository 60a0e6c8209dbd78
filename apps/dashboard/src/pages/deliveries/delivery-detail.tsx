import { useState } from 'react';
import { AttemptsCompared, type NamedAttempt } from '../../attempts/attempts-compared.tsx';
import { useShortcut } from '../../keys/use-shortcut.ts';
import type { DetailProps } from '../../lists/list-page.tsx';
import { useIsOperator } from '../../session/access.ts';
import { Unreadable } from '../../shell/unreadable.tsx';
import { DetailPane } from '../../ui/detail-pane.tsx';
import { Id } from '../../ui/id.tsx';
import { Link } from '../../ui/link.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { DeliveryBadge } from '../../ui/state-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { AttemptLog } from './attempt-log.tsx';
import { DeliveryActions } from './delivery-actions.tsx';
import { DeliveryFacts } from './delivery-facts.tsx';
import { describeDelivery } from './delivery-words.ts';
import { useDelivery } from './use-delivery.ts';

/** What happened to one delivery: first in a sentence, then attempt by attempt. */
export function DeliveryDetail({ id, fullHref, onClose }: DetailProps) {
  const { data, error, refetch } = useDelivery(id);
  const isOperator = useIsOperator();
  const { copy } = useCopy();
  const [tab, setTab] = useState<'attempts' | 'compare'>('attempts');
  useShortcut('copyId', () => copy(id));

  if (error && !data) return <Unreadable error={error} onRetry={refetch} />;
  const delivery = data?.data;
  const attempts = delivery?.attemptLog ?? [];
  return (
    <DetailPane
      title={delivery?.eventType ?? <Skeleton className="h-5 w-48" />}
      subtitle={
        delivery && (
          <>
            <DeliveryBadge status={delivery.status} />
            <Time at={delivery.createdAt} />
            {isOperator && (
              <Link
                href={`/deliveries?${new URLSearchParams({ userId: delivery.userId })}`}
                look="bare"
                className="hover:text-text"
              >
                {delivery.userId}
              </Link>
            )}
            <Id id={id} />
          </>
        )
      }
      actions={delivery && <DeliveryActions delivery={delivery} />}
      {...(fullHref !== undefined && { fullHref })}
      {...(onClose && { onClose })}
    >
      {delivery ? (
        <>
          <p className="mb-3 text-md leading-snug">{describeDelivery(delivery)}</p>
          <DeliveryFacts delivery={delivery} />
          <Tabs
            label="Parts of the delivery"
            value={attempts.length > 1 ? tab : 'attempts'}
            onChange={setTab}
            items={[
              {
                value: 'attempts',
                label: 'Attempts',
                count: attempts.length,
                content: <AttemptLog attempts={attempts} />,
              },
              ...(attempts.length > 1
                ? [
                    {
                      value: 'compare' as const,
                      label: 'Compare attempts',
                      content: <AttemptsCompared attempts={attempts.map(named)} />,
                    },
                  ]
                : []),
            ]}
          />
        </>
      ) : (
        <SkeletonRows count={6} />
      )}
    </DetailPane>
  );
}

const named = (attempt: NamedAttempt['attempt']): NamedAttempt => ({
  key: String(attempt.attempt),
  label: `Attempt ${attempt.attempt}: ${attempt.responseCode ?? attempt.errorCode ?? attempt.outcome}`,
  attempt,
});
