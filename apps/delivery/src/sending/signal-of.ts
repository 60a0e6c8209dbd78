import type { LaneSignal } from '../lanes/lane-registry.ts';
import type { Outcome } from '../outcomes/outcome.ts';

const STRAINED_STATUS = new Set([429, 502, 503, 504]);

/** What an outcome says about how much its receiver bears. */
export function signalOf(outcome: Outcome): LaneSignal {
  if (!outcome.attempt || outcome.attempt.outcome === 'dropped') return 'not_sent';
  // The receiver was not asked.
  if (outcome.errorCode?.startsWith('transformation_')) return 'not_sent';
  if (outcome.status === 'success') return 'good';
  if (outcome.errorCode === 'timeout' || STRAINED_STATUS.has(outcome.attempt.responseCode ?? 0))
    return 'strained';
  return 'neutral';
}
