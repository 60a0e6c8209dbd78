import type { DeliveryRow, ViewListName } from '@hookline/contracts';
import { type ReactNode, useMemo } from 'react';
import type { Matching } from '../../changes/matching.ts';
import { type MatchingAction, MatchingMenu } from '../../changes/matching-menu.tsx';
import { ListPage } from '../../lists/list-page.tsx';
import { useListPage } from '../../lists/use-list-page.ts';
import { useLiveList } from '../../lists/use-live-list.ts';
import { useCan } from '../../session/access.ts';
import type { Column } from '../../ui/data-list.tsx';
import type { FilterField, Filters } from '../../url/filters.ts';
import { nameOfDelivery, narrowDeliveryRow, orderOfDelivery } from './delivery-columns.tsx';
import { DeliveryDetail } from './delivery-detail.tsx';
import { changesSoon } from './delivery-words.ts';

interface DeliveryListProps {
  /** `Deliveries`. */
  title: string;
  operation: 'listDeliveries' | 'listDeadLetters';
  /** Its address, and its name in saved views. */
  name: Extract<ViewListName, 'deliveries' | 'dead-letters'>;
  fields: readonly FilterField[];
  columns: readonly Column<DeliveryRow>[];
  views: readonly { name: string; filters: Filters }[];
  /** The filters of the shortcut that shows only failures. Absent: the list has nothing else. */
  failures?: Filters;
  /** What can be done with all that match. */
  actionsFor: (matching: Matching) => readonly MatchingAction[];
  nothingYet: ReactNode;
}

/** A list of deliveries with the open one beside it. */
export function DeliveryList({
  title,
  operation,
  name,
  fields,
  columns,
  views,
  failures,
  actionsFor,
  nothingYet,
}: DeliveryListProps) {
  const page = useListPage(`/${name}`, fields, failures);
  const { filters, bounds, hold } = page;
  const list = useLiveList(operation, {
    filters,
    bounds,
    isHeld: hold.isHeld,
    orderOf: orderOfDelivery,
    isUnderWay: changesSoon,
  });
  const order = useMemo(() => list.rows.map(({ id }) => id), [list.rows]);
  const mayChange = useCan('replays:write');
  return (
    <ListPage
      page={page}
      list={list}
      order={order}
      title={title}
      name={name}
      views={views}
      columns={columns}
      narrowRow={narrowDeliveryRow}
      nameOf={nameOfDelivery}
      menu={
        <MatchingMenu
          label={`All ${title.toLowerCase()} that match`}
          actions={mayChange ? actionsFor({ filters, bounds }) : []}
          onChange={page.setChange}
        />
      }
      detail={DeliveryDetail}
      nothingYet={nothingYet}
    />
  );
}
