import { useLocation } from 'wouter';
import { useShortcut } from '../../keys/use-shortcut.ts';
import { EventDetail } from './event-detail.tsx';

/** One event in full width. */
export default function EventPage({ id }: { id: string }) {
  const [, navigate] = useLocation();
  useShortcut('close', () => navigate('/events'));
  return <EventDetail id={id} />;
}
