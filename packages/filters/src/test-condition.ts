import { isSameValue } from '@hookline/json';
import { fits } from './compare-data.ts';
import type { Condition, Group, OperatorTest } from './condition.ts';
import { countStep, type Evaluation } from './evaluation.ts';
import { isObject, memberOf } from './json.ts';
import { resolveReference } from './reference.ts';

/**
 * Whether a condition holds for a value; the value is undefined if the field is missing.
 * @throws NotEvaluableError
 */
export function testCondition(condition: Condition, value: unknown, evaluation: Evaluation): boolean {
  countStep(evaluation);
  switch (condition.kind) {
    case 'equals':
      return Array.isArray(value)
        ? testAnyElement(value, evaluation, (element) => testCondition(condition, element, evaluation))
        : isSameValue(value, condition.value);
    case 'contains':
      return (
        Array.isArray(value) &&
        condition.all.every((each) =>
          testAnyElement(value, evaluation, (element) => testCondition(each, element, evaluation)),
        )
      );
    case 'object':
      return (
        condition.operators.every((each) => testOperator(each, value, evaluation)) &&
        (condition.not === undefined || !testCondition(condition.not, value, evaluation)) &&
        (condition.group === undefined || testGroup(condition.group, value, evaluation))
      );
  }
}

export function testOperator(
  { operator, operand, reference }: OperatorTest,
  value: unknown,
  evaluation: Evaluation,
): boolean {
  countStep(evaluation);
  const compared = reference === undefined ? operand : resolveReference(reference, evaluation);
  return operator.test(value, compared, evaluation);
}

/**
 * Whether all parts of a group hold for the value; for an array, whether they all hold for one and the same element.
 */
export function testGroup(group: Group, value: unknown, evaluation: Evaluation): boolean {
  countStep(evaluation);
  if (Array.isArray(value))
    return testAnyElement(value, evaluation, (element) => testGroup(group, element, evaluation));
  const { fields, and, or, not, reference } = group;
  const holds = (condition: Condition) => testCondition(condition, value, evaluation);
  if (fields !== undefined) {
    if (!isObject(value)) return false;
    for (const [name, condition] of fields)
      if (!testCondition(condition, memberOf(value, name), evaluation)) return false;
  }
  return (
    and.every(holds) &&
    (or === undefined || or.some(holds)) &&
    (not === undefined || !holds(not)) &&
    (reference === undefined || fits(value, resolveReference(reference, evaluation), evaluation))
  );
}

function testAnyElement(
  array: readonly unknown[],
  evaluation: Evaluation,
  test: (element: unknown) => boolean,
): boolean {
  const { indexes } = evaluation;
  for (const [index, element] of array.entries()) {
    indexes.push(index);
    try {
      if (test(element)) return true;
    } finally {
      indexes.pop();
    }
  }
  return false;
}
