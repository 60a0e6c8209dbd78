import { NotEvaluableError } from './errors.ts';

/** Far more than a filter that somebody wrote needs of an event of a megabyte; about 10 ms. */
const MAX_STEPS = 200_000;

/** One evaluation of a filter: the document, where in its arrays we are, and how much work was done. */
export interface Evaluation {
  document: Record<string, unknown>;
  /** Positions in the arrays around the value, outermost first. */
  indexes: number[];
  steps: number;
}

export const startEvaluation = (document: Record<string, unknown>): Evaluation => ({
  document,
  indexes: [],
  steps: 0,
});

/** @throws NotEvaluableError when the work is more than one event may cost */
export function countStep(evaluation: Evaluation): void {
  if (++evaluation.steps > MAX_STEPS) {
    throw new NotEvaluableError(
      `the filter needs more than ${MAX_STEPS} comparisons for this event: it is too large for it`,
    );
  }
}
