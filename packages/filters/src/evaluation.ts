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

/** What takes as long as one step. */
const PER_STEP = { characters: 256, elements: 8 } as const;

/** Work inside of one step that grows with what is compared. @throws NotEvaluableError like countStep */
export function countWork(evaluation: Evaluation, units: number, of: keyof typeof PER_STEP): void {
  if (units >= PER_STEP[of]) countStep(evaluation, Math.floor(units / PER_STEP[of]));
}

/** @throws NotEvaluableError when the work is more than one event may cost */
export function countStep(evaluation: Evaluation, steps = 1): void {
  evaluation.steps += steps;
  if (evaluation.steps > MAX_STEPS) {
    throw new NotEvaluableError(
      `the filter needs more than ${MAX_STEPS} comparisons for this event: it is too large for it`,
    );
  }
}
