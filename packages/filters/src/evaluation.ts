import { NotEvaluableError } from './errors.ts';

/** About 10 ms: far more than a hand-written filter needs for an event of 1 MB. */
const MAX_STEPS = 200_000;

/** One evaluation of a filter: the document, the current positions in its arrays, and the work done so far. */
export interface Evaluation {
  document: Record<string, unknown>;
  /** The position in each array that contains the current value, outermost first. */
  indexes: number[];
  steps: number;
}

export const startEvaluation = (document: Record<string, unknown>): Evaluation => ({
  document,
  indexes: [],
  steps: 0,
});

/** How many characters or elements take as long to compare as one step. */
const PER_STEP = { characters: 256, elements: 8 } as const;

/** Counts the work inside one step that grows with the compared values. @throws NotEvaluableError like countStep */
export function countWork(evaluation: Evaluation, units: number, of: keyof typeof PER_STEP): void {
  if (units >= PER_STEP[of]) countStep(evaluation, Math.floor(units / PER_STEP[of]));
}

/** @throws NotEvaluableError if the evaluation exceeds the work that one event may cost */
export function countStep(evaluation: Evaluation, steps = 1): void {
  evaluation.steps += steps;
  if (evaluation.steps > MAX_STEPS) {
    throw new NotEvaluableError(
      `the filter needs more than ${MAX_STEPS} comparisons for this event: the event is too large for the filter`,
    );
  }
}
