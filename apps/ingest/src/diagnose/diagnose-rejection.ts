import type { Diagnosis, RejectionCause } from '@hookline/contracts';
import type { RejectionRow } from '../sql/list-rejections.ts';
import { createStepNotes, stepOfCode } from './diagnosis-steps.ts';

/**
 * What was found out about a request when it was refused. It was looked at as a whole then; what is kept of it, with
 * its signature cut off, could not be verified again.
 */
export function diagnoseRejection(row: RejectionRow): Diagnosis {
  const notes = createStepNotes();
  const isRepeat = row.code === 'duplicate';
  if (isRepeat) {
    notes.fail('event', row.reason);
    notes.set('event', true, row.reason);
  } else notes.fail(stepOfCode(row.code), row.reason);
  return {
    accepted: isRepeat,
    steps: notes.list(),
    cause: row.cause as RejectionCause | null,
    hint: row.hint,
    wouldMatch: row.wouldMatch,
    events: [],
  };
}
