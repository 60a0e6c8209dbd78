import { useShortcut } from '../../keys/use-shortcut.ts';
import { useBack } from '../../shell/use-back.ts';
import { useTitle } from '../../shell/use-title.ts';
import { EventDetail } from './event-detail.tsx';
import { useJourney } from './use-event.ts';

/** One event in full width. */
export default function EventPage({ id }: { id: string }) {
  const back = useBack('/events');
  useTitle(useJourney(id).data?.data.event.type);
  useShortcut('close', back);
  return <EventDetail id={id} onClose={back} />;
}
