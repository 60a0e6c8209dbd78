import { NotEvaluableError } from './errors.ts';
import { startEvaluation } from './evaluation.ts';
import { type ConditionResult, listResults } from './list-results.ts';
import { parseFilter, type RefuseField } from './parse-filter.ts';
import { testCondition } from './test-condition.ts';

/** What a filter is held against: its fields may be getters, which are asked only if the filter names them. */
export type FilterDocument = Record<string, unknown>;

export interface Mismatch {
  /** Undefined when the filter could not be evaluated for this document. */
  path: string | undefined;
  operator: string | undefined;
  /** In words. */
  message: string;
}

export interface CompiledFilter {
  source: unknown;
  /**
   * Why the document does not match; undefined when it does. Never throws: a document that cannot be judged, because
   * it would take too long or a field of it cannot be read, does not match.
   */
  findMismatch(document: FilterDocument): Mismatch | undefined;
  /**
   * Every condition by itself.
   * @throws NotEvaluableError, or what a getter of the document throws
   */
  explain(document: FilterDocument): ConditionResult[];
}

/**
 * @param refuseField see parseFilter: for a filter that somebody saves, and not for one that was saved
 * @throws FilterError
 */
export function compileFilter(source: unknown, refuseField?: RefuseField): CompiledFilter {
  const condition = parseFilter(source, refuseField);

  function findMismatch(document: FilterDocument): Mismatch | undefined {
    try {
      if (testCondition(condition, document, startEvaluation(document))) return undefined;
      for (const { holds, path, operator, message } of listResults(
        condition,
        document,
        startEvaluation(document),
      ))
        if (!holds) return { path, operator, message };
      throw new NotEvaluableError('no condition of it was found that does not hold');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return {
        path: undefined,
        operator: undefined,
        message: `the filter could not be evaluated: ${reason}`,
      };
    }
  }

  return {
    source,
    findMismatch,
    explain: (document) => [...listResults(condition, document, startEvaluation(document))],
  };
}
