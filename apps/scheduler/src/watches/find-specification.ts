import { type Connectable, getConnectable, type WatchSpecification } from '@hookline/providers';
import type { WatchRow } from '../sql/watch-row.ts';

/** How a watch is kept at its provider. Undefined: this build does not know it. */
export function findSpecification({
  platform,
  watch,
}: Pick<WatchRow, 'platform' | 'watch'>):
  | { connectable: Connectable; specification: WatchSpecification }
  | undefined {
  const connectable = getConnectable(platform);
  const specification = connectable?.watches?.find(({ id }) => id === watch);
  return connectable && specification && { connectable, specification };
}
