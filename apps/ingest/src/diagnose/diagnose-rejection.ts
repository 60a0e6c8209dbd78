import type { Diagnosis, RejectionCause } from '@hookline/contracts';
import type { RejectionRow } from '../sql/list-rejections.ts';
import { createStepNotes, stepOfCode } from './diagnosis-steps.ts';

/**
 * The diagnosis of a recorded rejection, as it was made when the request was refused: the stored headers and body are
 * incomplete, so they cannot be verified again.
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
