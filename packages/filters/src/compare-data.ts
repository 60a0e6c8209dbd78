import { isSameValue } from '@hookline/json';
import { countStep, countWork, type Evaluation } from './evaluation.ts';
import { isObject, isPrimitive, memberOf } from './json.ts';

/** Whether two values are the same JSON; the order of members does not matter. A text never equals a number. */
export function equals(a: unknown, b: unknown, evaluation: Evaluation): boolean {
  countStep(evaluation);
  if (isPrimitive(a) || isPrimitive(b)) return isSameValue(a, b);
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((element, index) => equals(element, b[index], evaluation))
    );
  }
  if (!isObject(a) || !isObject(b)) return false;
  const [names, others] = [Object.keys(a), Object.keys(b)];
  countWork(evaluation, names.length + others.length, 'elements');
  return (
    names.length === others.length &&
    names.every((name) => Object.hasOwn(b, name) && equals(a[name], b[name], evaluation))
  );
}

/**
 * Whether a value matches the value of a `$ref`, by the rules of a filter with that value written in it: an array
 * contains every wanted element, an object has every wanted member.
 */
export function fits(value: unknown, wanted: unknown, evaluation: Evaluation): boolean {
  countStep(evaluation);
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(value) && wanted.every((each) => value.some((element) => fits(element, each, evaluation)))
    );
  }
  if (Array.isArray(value)) return value.some((element) => fits(element, wanted, evaluation));
  if (isPrimitive(wanted)) return isSameValue(value, wanted);
  if (!isObject(value) || !isObject(wanted)) return false;
  const names = Object.keys(wanted);
  countWork(evaluation, names.length, 'elements');
  return names.every((name) => fits(memberOf(value, name), wanted[name], evaluation));
}
