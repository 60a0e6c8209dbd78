import type { ReceivedEvent } from '@hookline/contracts';
import { Link } from '../../ui/link.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';

/** What an event is about. Each value leads to the list of the events that have it. */
export function EventFacts({ event }: { event: ReceivedEvent }) {
  const facts = [
    { name: 'provider', label: 'provider', value: event.provider },
    { name: 'repository', label: 'repository', value: event.repository },
    { name: 'action', label: 'action', value: event.action },
    { name: 'subject', label: 'subject', value: event.subject },
    { name: 'source', label: 'source', value: event.source },
    { name: 'providerDeliveryId', label: "provider's delivery id", value: event.providerDeliveryId },
  ].filter((fact): fact is typeof fact & { value: string } => fact.value !== null);
  return (
    <ul className="mb-3 flex flex-wrap gap-1.5">
      {facts.map(({ name, label, value }) => (
        <li key={name} className="min-w-0">
          <Tooltip text={`Show the events with this ${label}`}>
            <Link
              href={`/events?${new URLSearchParams({ [name]: value })}`}
              look="bare"
              className="flex h-6 min-w-0 items-center gap-1.5 rounded-md border border-line px-1.5 text-xs hover:border-line-strong hover:bg-hover"
            >
              <span className="whitespace-nowrap text-faint">{label}</span>
              <span className="max-w-72 truncate">{value}</span>
            </Link>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
