import { type CompiledFilter, compileFilter } from '@hookline/filters';

/**
 * Compiles a filter as it was saved. A filter that cannot be compiled, because another version of Hookline saved it,
 * matches no event and gives the reason: it must not send events that it was meant to hold back, and other endpoints
 * must still get their events.
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
