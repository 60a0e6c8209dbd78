/** A filter that cannot be used, with the path of the faulty part. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** In JavaScript's notation: `filter.data.amount.$gt`. */
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

/** Thrown during an evaluation: the filter cannot be evaluated for this document. */
export class NotEvaluableError extends Error {
  override readonly name = 'NotEvaluableError';
}
