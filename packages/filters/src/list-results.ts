import type { Condition, Group } from './condition.ts';
import type { Evaluation } from './evaluation.ts';
import { isObject, isPrimitive, memberOf } from './json.ts';
import { joinPath } from './parse-filter.ts';
import { testCondition, testGroup, testOperator } from './test-condition.ts';

/** The result of one condition of a filter for a document. */
export interface ConditionResult {
  /** The path in the document: `data.amount`; empty for the document itself. */
  path: string;
  /** `$gt`, …; `element` if an array is searched, `object` if an object is required. */
  operator: string;
  holds: boolean;
  /** A sentence with the actual value and the wanted one. */
  message: string;
}

const MAX_SHOWN = 100;

/**
 * The result of each condition that has to hold. The conditions of fields are listed one by one; an `$or` or a `$not`
 * is one condition. The filter matches if all of them hold.
 * @throws NotEvaluableError
 */
export function* listResults(
  condition: Condition,
  value: unknown,
  evaluation: Evaluation,
  path = '',
): Generator<ConditionResult> {
  if (condition.kind === 'equals' || condition.kind === 'contains') {
    const wanted =
      condition.kind === 'equals'
        ? show(condition.value)
        : `an array that matches all ${condition.all.length} listed conditions`;
    yield describe(
      path,
      condition.kind === 'equals' ? '$eq' : 'element',
      value,
      wanted,
      testCondition(condition, value, evaluation),
    );
    return;
  }
  for (const each of condition.operators) {
    yield describe(
      path,
      each.name,
      value,
      `${each.name} ${show(each.operand)}`,
      testOperator(each, value, evaluation),
    );
  }
  if (condition.not !== undefined) {
    const holds = !testCondition(condition.not, value, evaluation);
    yield describe(path, '$not', value, 'the condition in $not to be false', holds);
  }
  if (condition.group !== undefined) yield* listGroup(condition.group, value, evaluation, path);
}

function* listGroup(
  group: Group,
  value: unknown,
  evaluation: Evaluation,
  path: string,
): Generator<ConditionResult> {
  if (Array.isArray(value)) {
    const wanted = 'at least one element that matches';
    yield describe(path, 'element', value, wanted, testGroup(group, value, evaluation));
    return;
  }
  const { fields, and, or, not, reference } = group;
  if (fields !== undefined) {
    if (!isObject(value)) {
      yield describe(path, 'object', value, 'an object', false);
      return;
    }
    for (const [name, condition] of fields)
      yield* listResults(condition, memberOf(value, name), evaluation, joinPath(path, name));
  }
  for (const condition of and) yield* listResults(condition, value, evaluation, path);
  if (or !== undefined) {
    const holds = or.some((condition) => testCondition(condition, value, evaluation));
    yield describe(path, '$or', value, `one of ${or.length} alternatives`, holds);
  }
  if (not !== undefined) {
    const holds = !testCondition(not, value, evaluation);
    yield describe(path, '$not', value, 'the condition in $not to be false', holds);
  }
  if (reference !== undefined) {
    const alone: Group = { fields: undefined, and: [], or: undefined, not: undefined, reference };
    const wanted = 'the value that $ref names';
    yield describe(path, '$ref', value, wanted, testGroup(alone, value, evaluation));
  }
}

function describe(
  path: string,
  operator: string,
  value: unknown,
  wanted: string,
  holds: boolean,
): ConditionResult {
  const subject = path === '' ? 'the event' : path;
  return { path, operator, holds, message: `${subject} is ${show(value)}; the filter wants ${wanted}` };
}

/** A short text for a value: a payload may hold any value of any length. */
function show(value: unknown): string {
  if (value === undefined) return 'not there';
  if (Object.is(value, -0)) return '-0';
  // Cut first: writing a text as JSON takes time in proportion to its length.
  if (typeof value === 'string') return shorten(JSON.stringify(value.slice(0, MAX_SHOWN + 1)));
  if (isPrimitive(value)) return shorten(JSON.stringify(value));
  if (Array.isArray(value)) {
    const text = value.length <= 20 && value.every(isPrimitive) ? JSON.stringify(value) : undefined;
    return text !== undefined && text.length <= MAX_SHOWN ? text : `an array of ${value.length}`;
  }
  const { $ref: reference } = value as { $ref?: unknown };
  return typeof reference === 'string' ? `{"$ref":${JSON.stringify(reference)}}` : 'an object';
}

const shorten = (text: string) => (text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`);
