import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useShortcut } from '../../keys/use-shortcut.ts';
import { useIsOperator } from '../../session/access.ts';
import { Unreadable } from '../../shell/unreadable.tsx';
import { DetailPane } from '../../ui/detail-pane.tsx';
import { Id } from '../../ui/id.tsx';
import { Skeleton, SkeletonRows } from '../../ui/skeleton.tsx';
import { EventBadge } from '../../ui/state-badge.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { EventActions } from './event-actions.tsx';
import { EventPayload } from './event-payload.tsx';
import { EventRequest } from './event-request.tsx';
import { Journey } from './journey.tsx';
import { useJourney } from './use-event.ts';

type Tab = 'journey' | 'payload' | 'request';

interface EventDetailProps {
  id: string;
  /** Its page, if this is beside a list. */
  fullHref?: string;
  onClose?: () => void;
}

/** What happened to one event: first in a sentence, then step by step; what it said; and the request that brought it. */
export function EventDetail({ id, fullHref, onClose }: EventDetailProps) {
  const { data, error, refetch } = useJourney(id);
  const isOperator = useIsOperator();
  const [search, setSearch] = useSearchParams();
  const [tab, setTab] = useState<Tab>(() =>
    isTab(search.get('tab')) ? (search.get('tab') as Tab) : 'journey',
  );
  const { copy } = useCopy();
  useShortcut('copyId', () => copy(id));

  function choose(next: Tab) {
    setTab(next);
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (next === 'journey') after.delete('tab');
        else after.set('tab', next);
        return after;
      },
      { replace: true },
    );
  }

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
            {isOperator && <span>{event.userId}</span>}
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
          <p className="mb-3 text-md leading-snug">{data.data.summary}</p>
          <Tabs<Tab>
            label="Parts of the event"
            value={tab}
            onChange={choose}
            items={[
              { value: 'journey', label: 'Journey', content: <Journey steps={data.data.steps} /> },
              { value: 'payload', label: 'Payload', content: <EventPayload event={data.data.event} /> },
              { value: 'request', label: 'Request', content: <EventRequest id={id} /> },
            ]}
          />
        </>
      ) : (
        <SkeletonRows count={6} />
      )}
    </DetailPane>
  );
}

const isTab = (text: string | null): text is Tab =>
  text === 'journey' || text === 'payload' || text === 'request';
