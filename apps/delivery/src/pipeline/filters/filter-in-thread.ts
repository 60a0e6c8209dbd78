/** Runs in a thread: parses a large payload and evaluates filters on it. */
import { parseExactJson } from '@hookline/json';
import { compileStoredFilter } from '../../endpoints/catalog/compile-stored-filter.ts';
import { estimateParsedBytes } from './estimate-parsed-bytes.ts';
import { evaluateFilters, type FilterAttributes, type FilterVerdict } from './evaluate-filters.ts';

export interface FilterTask {
  attributes: FilterAttributes;
  payload: Uint8Array;
  /** A JSON array of the filters as they were saved. */
  filters: string;
  explain: boolean;
}

/** A memory limit does not stop V8's parser, but ends the process, and again when the event is redelivered. */
const MAX_PARSED_BYTES = 536_870_912;

export default function filterInThread(task: FilterTask): FilterVerdict[] {
  if (estimateParsedBytes(task.payload) > MAX_PARSED_BYTES)
    throw new Error('the payload has too many parts to be parsed');
  const filters = (parseExactJson(task.filters) as unknown[]).map(compileStoredFilter);
  return evaluateFilters(task.attributes, task.payload, filters, task.explain);
}
