import type { Delivery } from '@hookline/contracts';
import { useEndpoints } from '../../api/use-endpoints.ts';
import { KeyValue } from '../../ui/key-value.tsx';
import { Link } from '../../ui/link.tsx';
import { Time } from '../../ui/time.tsx';
import { WAITS } from './delivery-words.ts';

/** What belongs to a delivery. Values that others share lead to the list of those. */
export function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  const { find } = useEndpoints();
  const { id, eventId, webhookId, waitsFor, parkedBy, nextAttemptAt, lastAttemptAt, completedAt, replayId } =
    delivery;
  const endpoint = find(webhookId);
  return (
    <KeyValue
      className="mb-4"
      items={[
        {
          name: 'Event',
          value: (
            <Link href={`/events/${eventId}#${id}`} className="font-mono text-xs">
              {eventId}
            </Link>
          ),
        },
        {
          name: 'Endpoint',
          value: (
            <>
              <Link href={`/deliveries?${new URLSearchParams({ webhookId })}`}>
                {endpoint?.name ?? webhookId}
              </Link>
              {endpoint && <span className="block break-all text-subtle">{endpoint.url}</span>}
            </>
          ),
        },
        ...(lastAttemptAt === null ? [] : [{ name: 'Last attempt', value: <Time at={lastAttemptAt} /> }]),
        ...(nextAttemptAt === null ? [] : [{ name: 'Next attempt', value: <Time at={nextAttemptAt} /> }]),
        ...(waitsFor === null ? [] : [{ name: 'Waits', value: WAITS[waitsFor].long }]),
        ...(parkedBy === null
          ? []
          : [
              {
                name: 'Held back by',
                value: (
                  <Link href={`/deliveries/${parkedBy.deliveryId}`} className="font-mono text-xs">
                    {parkedBy.deliveryId}
                  </Link>
                ),
              },
            ]),
        ...(completedAt === null ? [] : [{ name: 'Settled', value: <Time at={completedAt} /> }]),
        ...(replayId === null ? [] : [{ name: 'Replay', value: replayId }]),
      ]}
    />
  );
}
