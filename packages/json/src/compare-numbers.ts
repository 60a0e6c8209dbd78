import { compareDecimals, type Decimal, toDecimal } from './decimal.ts';
import { ExactNumber } from './exact-number.ts';

export type JsonNumber = number | ExactNumber;

export const isJsonNumber = (value: unknown): value is JsonNumber =>
  typeof value === 'number' || value instanceof ExactNumber;

/**
 * Compares two numbers, or a number with a numeric text, as JavaScript's `<` does, but with every digit. White space
 * around a text is ignored.
 * @returns negative, 0 or positive; NaN if a text is not a number
 */
export function compareNumbers(a: JsonNumber | string, b: JsonNumber | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [first, second] = [decimalOf(a), decimalOf(b)];
  if (first !== undefined && second !== undefined) return compareDecimals(first, second);
  const [one, other] = [Number(textOf(a)), Number(textOf(b))];
  // Infinity - Infinity would be NaN.
  return one === other ? 0 : one - other;
}

/** Whether two plain JSON values are equal; a text never equals a number. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return a instanceof ExactNumber && b instanceof ExactNumber && compareDecimals(a.decimal, b.decimal) === 0;
}

function decimalOf(value: JsonNumber | string): Decimal | undefined {
  if (value instanceof ExactNumber) return value.decimal;
  return toDecimal(typeof value === 'number' ? String(value) : value.trim());
}

const textOf = (value: JsonNumber | string) => (value instanceof ExactNumber ? value.text : value);
