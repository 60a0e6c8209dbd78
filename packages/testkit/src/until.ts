import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Default 30,000: an upper bound, for a machine that is busy with something else; nothing waits for the end of it. */
  timeoutMs?: number;
  /** Default 20. */
  everyMs?: number;
  /** What is waited for, for the message when it does not come. */
  what?: string;
}

/**
 * Asks again and again until the answer is truthy, and returns it. A check that throws counts as "not yet".
 * Throws when time is up, telling the last answer or error: for what can't be waited for as an event.
 */
export async function until<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 20, what = describeCheck(check) }: UntilOptions = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const deadline = performance.now() + timeoutMs;
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
    if (performance.now() >= deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}: ${last}`, { cause });
    }
    await delay(everyMs);
  }
}

function describeCheck(check: () => unknown): string {
  const source = check.toString().replace(/\s+/g, ' ');
  return source.length > 120 ? `${source.slice(0, 120)} …` : source;
}
