/** A filter that cannot be used, and where in it the trouble is. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** As one would write it in JavaScript: `filter.data.amount.$gt`. */
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

/** Thrown while a filter is being evaluated, when this document cannot be judged by it. */
export class NotEvaluableError extends Error {
  override readonly name = 'NotEvaluableError';
}
