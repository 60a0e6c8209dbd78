import { VIEW_OPERATIONS, type View, type ViewListName } from '@hookline/contracts';
import type { ViewOwner, ViewRow } from '../../sql/view-row.ts';

/** @param owner who reads it */
export function presentView(row: ViewRow, owner: ViewOwner): View {
  const list = row.list as ViewListName;
  return {
    id: row.id,
    list,
    name: row.name,
    filters: row.filters,
    columns: row.columns,
    sort: row.sort,
    shared: row.shared,
    position: row.position,
    path: pathOf(list, row.filters),
    isOwn: row.ownerId === owner.ownerId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function pathOf(list: ViewListName, filters: Readonly<Record<string, string>>): string {
  const { path } = VIEW_OPERATIONS[list];
  const query = new URLSearchParams(filters).toString();
  return query === '' ? path : `${path}?${query}`;
}
