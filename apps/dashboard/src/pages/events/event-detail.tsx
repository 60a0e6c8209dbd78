import { useSearchParams } from 'wouter';
import { AttemptsCompared, attemptsOf } from '../../attempts/attempts-compared.tsx';
import { useShortcut } from '../../keys/use-shortcut.ts';
import type { DetailProps } from '../../lists/list-page.tsx';
import { useIsOperator } from '../../session/access.ts';
import { Unreadable } from '../../shell/unreadable.tsx';
import { DetailPane } from '../../ui/detail-pane.tsx';
import { Id } from '../../ui/id.tsx';
import { Link } from '../../ui/link.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { EventBadge } from '../../ui/state-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { EventActions } from './event-actions.tsx';
import { EventFacts } from './event-facts.tsx';
import { EventPayload } from './event-payload.tsx';
import { EventRequest } from './event-request.tsx';
import { Journey } from './journey.tsx';
import { useJourney } from './use-event.ts';

const TABS = ['journey', 'payload', 'request', 'compare'] as const;
type Tab = (typeof TABS)[number];

/** What happened to one event: first in a sentence, then step by step; what it said; and the request that brought it. */
export function EventDetail({ id, fullHref, onClose }: DetailProps) {
  const { data, error, refetch } = useJourney(id);
  const isOperator = useIsOperator();
  const { copy } = useCopy();
  const attempts = attemptsOf(data?.data.steps ?? []);
  const [tab, chooseTab] = useTab(attempts.length > 1);
  useShortcut('copyId', () => copy(id));
  useShortcut('payload', () => chooseTab(tab === 'payload' ? 'journey' : 'payload'));

  if (error && !data) return <Unreadable error={error} onRetry={refetch} />;
  const event = data?.data.event;
  return (
    <DetailPane
      title={event?.type ?? <Skeleton className="h-5 w-48" />}
      subtitle={
        event && (
          <>
            <EventBadge status={event.status} />
            <Time at={event.receivedAt} />
            {isOperator && (
              <Link
                href={`/events?${new URLSearchParams({ userId: event.userId })}`}
                look="bare"
                className="hover:text-text"
              >
                {event.userId}
              </Link>
            )}
            <Id id={id} />
          </>
        )
      }
      actions={event && <EventActions event={event} />}
      {...(fullHref !== undefined && { fullHref })}
      {...(onClose && { onClose })}
    >
      {data ? (
        <>
          <p className="mb-2 text-md leading-snug">{data.data.summary}</p>
          <EventFacts event={data.data.event} />
          <Tabs<Tab>
            label="Parts of the event"
            value={tab}
            onChange={chooseTab}
            items={[
              { value: 'journey', label: 'Journey', content: <Journey steps={data.data.steps} /> },
              { value: 'payload', label: 'Payload', content: <EventPayload event={data.data.event} /> },
              { value: 'request', label: 'Request', content: <EventRequest id={id} /> },
              ...(attempts.length > 1
                ? [
                    {
                      value: 'compare' as const,
                      label: 'Compare attempts',
                      content: <AttemptsCompared attempts={attempts} />,
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

/** The open tab, in the address. So it stays open from event to event, and can be sent to somebody. */
function useTab(canCompare: boolean): [Tab, (tab: Tab) => void] {
  const [search, setSearch] = useSearchParams();
  const asked = TABS.find((each) => each === search.get('tab')) ?? 'journey';
  const choose = (next: Tab) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (next === 'journey') after.delete('tab');
        else after.set('tab', next);
        return after;
      },
      { replace: true },
    );
  return [asked === 'compare' && !canCompare ? 'journey' : asked, choose];
}
