import { ListX, Plus, RotateCw, TriangleAlert } from 'lucide-react';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { CurlLine } from '../../ui/curl-line.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Progress } from '../../ui/progress.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { DeliveryBadge, EventBadge } from '../../ui/state-badge.tsx';
import { DELIVERY_STATES, type DeliveryState, EVENT_STATES, type EventState } from '../../ui/states.ts';
import { Example } from './example.tsx';

export function StatesExamples() {
  return (
    <>
      <Example title="The six states of a delivery">
        {(Object.keys(DELIVERY_STATES) as DeliveryState[]).map((status) => (
          <DeliveryBadge key={status} status={status} />
        ))}
        <span className="basis-full" />
        {(Object.keys(DELIVERY_STATES) as DeliveryState[]).map((status) => (
          <DeliveryBadge key={status} status={status} look="plain" />
        ))}
      </Example>
      <Example title="The states of an event, Badge">
        {(Object.keys(EVENT_STATES) as EventState[]).map((status) => (
          <EventBadge key={status} status={status} />
        ))}
        <Badge tone="warning" icon={TriangleAlert}>
          All events
        </Badge>
      </Example>
      <Example title="Nothing yet">
        <EmptyState
          kind="nothing-yet"
          title="No event has arrived yet"
          className="w-full"
          actions={
            <Button tone="primary" icon={Plus}>
              Create a source
            </Button>
          }
        >
          <p className="mb-2">Send one from a terminal:</p>
          <CurlLine
            curl={`curl http://127.0.0.1:3000/api/events -H "authorization: Bearer $HOOKLINE_KEY" -d '{"type":"order.created","data":{}}'`}
          />
        </EmptyState>
      </Example>
      <div className="flex min-w-0 flex-col gap-6">
        <Example title="Nothing matches">
          <EmptyState
            kind="no-match"
            title="No event matches these filters"
            className="w-full"
            actions={<Button icon={ListX}>Remove all filters</Button>}
          >
            In the last hour, 412 events arrived.
          </EmptyState>
        </Example>
        <Example title="Could not be read">
          <EmptyState
            kind="unreadable"
            title="The events could not be read"
            className="w-full"
            actions={<Button icon={RotateCw}>Try again</Button>}
          >
            Postgres is unavailable. Events are still received and kept.
          </EmptyState>
        </Example>
      </div>
      <Example title="Progress">
        <Progress label="Replaying to Acme production" value={1_204} total={3_412} className="w-full" />
        <Progress label="Counting" value={null} total={0} className="w-full" />
        <Progress
          label="Replayed"
          value={3_412}
          total={3_412}
          tone="success"
          text="done in 2 min"
          className="w-full"
        />
      </Example>
      <Example title="Skeleton">
        <div className="w-full">
          <SkeletonRows count={4} />
        </div>
      </Example>
    </>
  );
}
