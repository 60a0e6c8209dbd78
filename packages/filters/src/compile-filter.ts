import { NotEvaluableError } from './errors.ts';
import { startEvaluation } from './evaluation.ts';
import { type ConditionResult, listResults } from './list-results.ts';
import { parseFilter, type RefuseField } from './parse-filter.ts';
import { testCondition } from './test-condition.ts';

/**
 * The document that a filter is evaluated on. A field may be a getter, which runs only if the filter names the field.
 */
export type FilterDocument = Record<string, unknown>;

export interface Mismatch {
  /** Undefined when the filter could not be evaluated for this document. */
  path: string | undefined;
  operator: string | undefined;
  /** The reason, as a sentence for a person. */
  message: string;
}

export interface CompiledFilter {
  source: unknown;
  /**
   * Why the document does not match; undefined when it matches. Never throws: if the evaluation would take too long or
   * a field cannot be read, the document does not match.
   */
  findMismatch(document: FilterDocument): Mismatch | undefined;
  /**
   * The result of each condition.
   * @throws NotEvaluableError, or what a getter of the document throws
   */
  explain(document: FilterDocument): ConditionResult[];
}

/**
 * @param refuseField see parseFilter; passed when a filter is being saved, and not for a stored filter
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
      throw new NotEvaluableError('the document does not match, but no single condition fails');
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
