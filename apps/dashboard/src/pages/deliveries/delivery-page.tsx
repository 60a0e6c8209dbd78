import { useShortcut } from '../../keys/use-shortcut.ts';
import { useBack } from '../../shell/use-back.ts';
import { useTitle } from '../../shell/use-title.ts';
import { DeliveryDetail } from './delivery-detail.tsx';
import { useDelivery } from './use-delivery.ts';

interface DeliveryPageProps {
  id: string;
  /** The list that it is from. */
  list: string;
}

/** One delivery in full width. */
export default function DeliveryPage({ id, list }: DeliveryPageProps) {
  const back = useBack(list);
  useTitle(useDelivery(id).data?.data.eventType);
  useShortcut('close', back);
  return <DeliveryDetail id={id} onClose={back} />;
}
