import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { RegexVerdict } from './decide-in-thread.ts';

export interface UndecidedRegex {
  source: string;
  flags: string;
}

const THREADS = Math.min(4, availableParallelism());

/** One verdict for each expression, in the same order. */
export async function decideRegexes(regexes: readonly UndecidedRegex[]): Promise<RegexVerdict[]> {
  const verdicts: RegexVerdict[] = [];
  let next = 0;
  const runThread = () =>
    new Promise<void>((resolve, reject) => {
      const worker = new Worker(new URL('./decide-in-thread.ts', import.meta.url), {
        env: { ...process.env, RECHECK_BACKEND: 'pure' },
      });
      let index = -1;
      const handOut = () => {
        index = next++;
        const regex = regexes[index];
        if (regex === undefined) void worker.terminate();
        else worker.postMessage(regex);
      };
      worker.on('online', handOut);
      worker.on('message', (verdict: RegexVerdict) => {
        verdicts[index] = verdict;
        handOut();
      });
      worker.on('error', reject);
      worker.on('exit', () => resolve());
    });
  await Promise.all(Array.from({ length: THREADS }, runThread));
  return verdicts;
}
