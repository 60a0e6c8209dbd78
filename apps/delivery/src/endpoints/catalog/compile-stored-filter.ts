import { type CompiledFilter, compileFilter } from '@hookline/filters';

/**
 * A filter as it was saved. One that cannot be compiled, because it was saved by another version, matches nothing and
 * says so: a filter that is not understood must neither send what it was to hold back nor stop the others.
 */
export function compileStoredFilter(source: unknown): CompiledFilter {
  try {
    return compileFilter(source);
  } catch (error) {
    const message = `the filter could not be evaluated: ${error instanceof Error ? error.message : String(error)}`;
    return {
      source,
      findMismatch: () => ({ path: undefined, operator: undefined, message }),
      explain: () => [{ path: '', operator: 'filter', holds: false, message }],
    };
  }
}
