import { fileURLToPath } from 'node:url';
import type { CompiledFilter } from '@hookline/filters';
import { Piscina } from 'piscina';
import { evaluateFilters, type FilterAttributes, type FilterVerdict } from './evaluate-filters.ts';
import type { FilterTask } from './filter-in-thread.ts';

export interface FilterEvaluator {
  /**
   * One verdict for each filter, in their order; at once for a payload of usual size. Never throws or rejects: what
   * cannot be evaluated does not match, and says why.
   */
  evaluate(
    attributes: FilterAttributes,
    payload: Uint8Array,
    filters: readonly CompiledFilter[],
    explain?: boolean,
  ): FilterVerdict[] | Promise<FilterVerdict[]>;
  close(): Promise<void>;
}

/** Takes 2 ms to parse. What is larger is parsed in a thread, where 25 MB take a quarter of a second of nobody's time. */
const LARGE_BYTES = 262_144;
const IDLE_MS = 30_000;

export function createFilterEvaluator(): FilterEvaluator {
  const isSource = import.meta.url.endsWith('.ts');
  const pool = new Piscina<FilterTask, FilterVerdict[]>({
    filename: fileURLToPath(new URL(`./filter-in-thread.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    // Whatever started this process: run from source, a thread reads the other packages' source as well.
    execArgv: isSource ? ['--conditions=@hookline/source'] : [],
    minThreads: 0,
    // One payload at a time: parsed, it takes many times its size.
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    // Twice what is let in: a thread that comes to this limit while it parses ends the whole process.
    resourceLimits: { maxOldGenerationSizeMb: 2_048 },
  });

  async function evaluateInThread(task: FilterTask): Promise<FilterVerdict[]> {
    try {
      return await pool.run(task);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `the filter could not be evaluated: ${reason}`;
      return task.filters.map(() => ({
        mismatch: { path: undefined, operator: undefined, message },
        conditions: [],
      }));
    }
  }

  return {
    evaluate: (attributes, payload, filters, explain = false) =>
      payload.length < LARGE_BYTES
        ? evaluateFilters(attributes, payload, filters, explain)
        : evaluateInThread({ attributes, payload, filters: filters.map(({ source }) => source), explain }),
    close: () => pool.close(),
  };
}
