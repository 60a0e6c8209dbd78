/** What a thread runs: a large payload parsed and held against filters. */
import { compileStoredFilter } from './compile-stored-filter.ts';
import { evaluateFilters, type FilterAttributes, type FilterVerdict } from './evaluate-filters.ts';

export interface FilterTask {
  attributes: FilterAttributes;
  payload: Uint8Array;
  /** As they were saved. */
  filters: readonly unknown[];
  explain: boolean;
}

export default function filterInThread(task: FilterTask): FilterVerdict[] {
  const filters = task.filters.map(compileStoredFilter);
  return evaluateFilters(task.attributes, task.payload, filters, task.explain);
}
