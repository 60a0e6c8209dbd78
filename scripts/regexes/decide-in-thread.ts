import { parentPort } from 'node:worker_threads';
import recheck from 'recheck';
import { findSlowReplace } from './find-slow-replace.ts';

/** Undefined `problem`: its time grows with the length of the text, whatever the text. */
export interface RegexVerdict {
  problem: string | undefined;
}

const TIMEOUT_MS = 30_000;

/**
 * By the automaton, which proves what it says. What it cannot prove is a problem: the other way of recheck only
 * tries texts, and says "safe" when it has found none in time.
 */
function decide(source: string, flags: string): RegexVerdict {
  // Where a match stands (`d`) changes nothing about the match, and recheck does not know the flag.
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
