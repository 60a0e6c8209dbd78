import type { ViewListName } from '@hookline/contracts';
import type { ComponentType, ReactNode } from 'react';
import { BulkDialog } from '../changes/bulk-dialog.tsx';
import { PageHeader } from '../shell/page-header.tsx';
import type { Column } from '../ui/data-list.tsx';
import type { Filters } from '../url/filters.ts';
import { FilterBar } from './filter-bar.tsx';
import { ListView } from './list-view.tsx';
import { LiveListArea } from './live-list-area.tsx';
import { PauseButton } from './pause-button.tsx';
import { RangePicker } from './range-picker.tsx';
import { SavedViews } from './saved-views.tsx';
import { SplitView } from './split-view.tsx';
import { useListKeys } from './use-list-keys.ts';
import type { ListPageState } from './use-list-page.ts';
import type { LiveList } from './use-live-list.ts';
import type { Selection } from './use-selection.ts';

export interface DetailProps {
  id: string;
  /** Its page, if this is beside a list. */
  fullHref?: string;
  onClose?: () => void;
}

interface ListPageProps<Row> {
  page: ListPageState;
  list: LiveList<Row>;
  /** The ids of the rows, in their order. */
  order: readonly string[];
  /** `Deliveries`. */
  title: string;
  /** The name of the list in saved views. */
  name: ViewListName;
  views: readonly { name: string; filters: Filters }[];
  columns: readonly Column<Row>[];
  narrowRow: (row: Row) => ReactNode;
  nameOf: (row: Row) => string;
  /** Absent: rows cannot be chosen. */
  selection?: Selection | undefined;
  /** What can be done with all that match. */
  menu: ReactNode;
  /** Between the filters and the list. */
  summary?: ReactNode;
  /** Below the list, such as what can be done with the chosen rows. */
  bar?: ReactNode;
  detail: ComponentType<DetailProps>;
  nothingYet: ReactNode;
}

/** A page with a live list: its filters, views and range above it, and the open row beside it. */
export function ListPage<Row extends { id: string }>({
  page,
  list,
  order,
  title,
  name,
  views,
  columns,
  narrowRow,
  nameOf,
  selection,
  menu,
  summary,
  bar,
  detail: Detail,
  nothingYet,
}: ListPageProps<Row>) {
  const { fields, filters, range, setFilters, setRange, clear, hold, open, listRef, change, setChange } =
    page;
  useListKeys({ order, open, list: listRef, selection });
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <>
            <PauseButton hold={hold} />
            {menu}
            <RangePicker range={range} defaultLabel="All of the time" onChange={setRange} />
          </>
        }
      >
        <SavedViews list={name} filters={filters} standard={views} onChoose={setFilters} />
        <FilterBar fields={fields} filters={filters} onChange={setFilters} />
      </PageHeader>
      {summary}
      <SplitView
        detail={
          open.id === undefined ? undefined : (
            <Detail
              key={open.id}
              id={open.id}
              fullHref={open.pageOf(open.id)}
              onClose={() => open.show(undefined)}
            />
          )
        }
      >
        <LiveListArea hold={hold} list={listRef} waiting={list.waiting}>
          <ListView
            ref={listRef}
            list={list}
            label={title}
            columns={columns}
            narrowRow={narrowRow}
            nameOf={nameOf}
            open={open}
            selection={selection}
            isFiltered={Object.keys(filters).length > 0 || range !== undefined}
            onClear={clear}
            nothingYet={nothingYet}
            onAtTopChange={hold.setAtTop}
          />
          {bar}
        </LiveListArea>
      </SplitView>
      {change && <BulkDialog change={change} onClose={() => setChange(undefined)} />}
    </>
  );
}
