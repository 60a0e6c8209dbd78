// Depends on the json package alone: takes documents and returns whether they match.
export { type CompiledFilter, compileFilter, type FilterDocument, type Mismatch } from './compile-filter.ts';
export { FilterError, NotEvaluableError } from './errors.ts';
export type { ConditionResult } from './list-results.ts';
export { MAX_FILTER_CONDITIONS, MAX_FILTER_DEPTH, MAX_FILTER_LENGTH } from './parse-filter.ts';
