import { parentPort } from 'node:worker_threads';
import recheck from 'recheck';
import { findSlowReplace } from './find-slow-replace.ts';

/** `problem` is undefined if the expression takes linear time for every text. */
export interface RegexVerdict {
  problem: string | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * Uses recheck's automaton checker, which proves its result. An expression that it can't prove linear is a problem. The
 * other checker of recheck only tries texts, and reports "safe" when it finds no slow text in time.
 */
function decide(source: string, flags: string): RegexVerdict {
  // The flag `d` (positions of groups) does not affect matching, and recheck does not know it.
  const result = recheck.checkSync(source, flags.replace('d', ''), {
    checker: 'automaton',
    timeout: TIMEOUT_MS,
  });
  if (result.status === 'vulnerable') {
    return { problem: `${result.complexity.summary} for ${result.attack.pattern}` };
  }
  if (result.status === 'unknown') {
    const { error } = result;
    return { problem: `not decided: ${'message' in error ? error.message : error.kind}` };
  }
  return { problem: /[gy]/.test(flags) ? findSlowReplace(source, flags) : undefined };
}

parentPort?.on('message', ({ source, flags }: { source: string; flags: string }) => {
  parentPort?.postMessage(decide(source, flags));
});
