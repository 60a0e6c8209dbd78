import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Default 30,000. It is an upper bound for a busy machine: a passing test never waits this long. */
  timeoutMs?: number;
  /** Default: a tenth of the time so far, from 10 to 100. A check often costs the machine some milliseconds. */
  everyMs?: number;
  /** The name of the awaited condition, for the error of a timeout. */
  what?: string;
}

/**
 * Repeats the check until its answer is truthy, and returns the answer. A check that throws counts as "not yet".
 * Throws an error with the last answer or error after the timeout. For conditions that no event reports.
 */
export async function until<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs, what = describeCheck(check) }: UntilOptions = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const startedMs = performance.now();
  for (;;) {
    let last: string;
    let cause: unknown;
    try {
      const answer = await check();
      if (answer) return answer as Exclude<T, false | null | undefined | 0 | ''>;
      last = `the last answer was ${JSON.stringify(answer)}`;
    } catch (error) {
      cause = error;
      last = `the last try failed: ${(error as Error).message}`;
    }
    const waitedMs = performance.now() - startedMs;
    if (waitedMs >= timeoutMs) {
      throw new Error(`Timed out after ${timeoutMs} ms waiting for ${what}: ${last}`, { cause });
    }
    await delay(everyMs ?? Math.min(Math.max(waitedMs / 10, 10), 100));
  }
}

function describeCheck(check: () => unknown): string {
  const source = check.toString().replace(/\s+/g, ' ');
  return source.length > 120 ? `${source.slice(0, 120)} …` : source;
}
