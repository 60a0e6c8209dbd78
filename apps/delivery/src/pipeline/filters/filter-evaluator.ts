import { fileURLToPath } from 'node:url';
import type { CompiledFilter } from '@hookline/filters';
import { hasInexactNumber } from '@hookline/json';
import { Piscina } from 'piscina';
import { evaluateFilters, type FilterAttributes, type FilterVerdict } from './evaluate-filters.ts';
import type { FilterTask } from './filter-in-thread.ts';

export interface FilterEvaluator {
  /**
   * One verdict for each filter, in their order; no promise for a payload of usual size. Never throws or rejects: a
   * filter that cannot be evaluated does not match, and its mismatch says why.
   */
  evaluate(
    attributes: FilterAttributes,
    payload: Uint8Array,
    filters: readonly CompiledFilter[],
    explain?: boolean,
  ): FilterVerdict[] | Promise<FilterVerdict[]>;
  close(): Promise<void>;
}

/** Takes 2 ms to parse. A larger payload is parsed in a thread: 25 MB take a quarter of a second there. */
const LARGE_BYTES = 262_144;
/** Takes as long if the payload has numbers whose digits must all be kept. */
const LARGE_EXACT_BYTES = 16_384;
const IDLE_MS = 30_000;

export function createFilterEvaluator(): FilterEvaluator {
  const isSource = import.meta.url.endsWith('.ts');
  const pool = new Piscina<FilterTask, FilterVerdict[]>({
    filename: fileURLToPath(new URL(`./filter-in-thread.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    // A process that runs from source starts threads that read the other packages' source, too.
    execArgv: isSource ? ['--conditions=@hookline/source'] : [],
    minThreads: 0,
    // One payload at a time, because a parsed payload takes many times its size.
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    // Twice the accepted estimate: a thread that reaches this limit while it parses ends the whole process.
    resourceLimits: { maxOldGenerationSizeMb: 2_048 },
  });

  async function evaluateInThread(
    filters: readonly CompiledFilter[],
    task: Omit<FilterTask, 'filters'>,
  ): Promise<FilterVerdict[]> {
    try {
      // As text, because exact numbers cannot be posted to a thread.
      return await pool.run({ ...task, filters: JSON.stringify(filters.map(({ source }) => source)) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `the filter could not be evaluated: ${reason}`;
      return filters.map(() => ({
        mismatch: { path: undefined, operator: undefined, message },
        conditions: [],
      }));
    }
  }

  return {
    evaluate: (attributes, payload, filters, explain = false) =>
      isQuicklyParsed(payload)
        ? evaluateFilters(attributes, payload, filters, explain)
        : evaluateInThread(filters, { attributes, payload, explain }),
    close: () => pool.close(),
  };
}

const isQuicklyParsed = (payload: Uint8Array) =>
  payload.length < LARGE_EXACT_BYTES || (payload.length < LARGE_BYTES && !hasInexactNumber(payload));
