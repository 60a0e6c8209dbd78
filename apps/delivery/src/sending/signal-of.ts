import type { LaneSignal } from '../lanes/lane-registry.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import { ATTEMPT_ERRORS } from './attempt-errors.ts';

const STRAINED_STATUS = new Set([429, 502, 503, 504]);

/** What an outcome says about how much its receiver bears. */
export function signalOf(outcome: Outcome): LaneSignal {
  const { attempt } = outcome;
  if (!attempt) return 'not_sent';
  const isStrain = attempt.errorCode !== undefined && ATTEMPT_ERRORS[attempt.errorCode].isStrain;
  // A body that does not come to its end in time holds the lane up as well, whatever the status was.
  if (isStrain || attempt.responseEnd === 'timeout' || STRAINED_STATUS.has(attempt.responseCode ?? 0))
    return 'strained';
  return outcome.status === 'success' ? 'good' : 'neutral';
}
