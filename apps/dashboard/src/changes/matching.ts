import type { Filters } from '../url/filters.ts';
import type { Bounds } from '../url/time-range.ts';

/** All that match the filters of a list, also those that are not on the screen. */
export interface Matching {
  filters: Filters;
  bounds: Bounds;
}

/** The tenant of a bulk change, as the member of its body. */
export const tenantOf = ({ userId }: Filters) => (userId === undefined ? {} : { userId });
