import { Badge } from './badge.tsx';
import { DELIVERY_STATES, type DeliveryState, EVENT_STATES, type EventState } from './states.ts';

interface Looks {
  look?: 'tinted' | 'plain' | undefined;
  className?: string | undefined;
}

/** The status of a delivery. */
export function DeliveryBadge({ status, ...looks }: Looks & { status: DeliveryState }) {
  const { tone, icon, word } = DELIVERY_STATES[status];
  return (
    <Badge tone={tone} icon={icon} {...looks}>
      {word}
    </Badge>
  );
}

/** The status of an event. */
export function EventBadge({ status, ...looks }: Looks & { status: EventState }) {
  const { tone, icon, word } = EVENT_STATES[status];
  return (
    <Badge tone={tone} icon={icon} {...looks}>
      {word}
    </Badge>
  );
}
