import { Redirect } from 'wouter';
import { useCall } from '../../api/use-call.ts';
import { Unreadable } from '../../shell/unreadable.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

/** A delivery is shown in the journey of its event. */
export default function DeliveryPage({ id }: { id: string }) {
  const { data, error, refetch } = useCall('getDelivery', { params: { id } });
  if (data) return <Redirect to={`/events/${data.data.eventId}#${id}`} replace />;
  if (error) return <Unreadable error={error} onRetry={refetch} />;
  return <Skeleton className="m-4 h-8" />;
}
