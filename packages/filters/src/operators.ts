import { compareNumbers, ExactNumber, isJsonNumber, isSameValue, type JsonNumber } from '@hookline/json';
import { equals } from './compare-data.ts';
import { countWork, type Evaluation } from './evaluation.ts';
import { includesText } from './includes-text.ts';
import { isPrimitive } from './json.ts';

/** A comparison of one value with an operand. The value is undefined if the field is missing. */
export interface Operator {
  /** Why the operand is refused; undefined if it is valid. */
  refuse: (operand: unknown) => string | undefined;
  test: (value: unknown, operand: unknown, evaluation: Evaluation) => boolean;
}

const isText = (value: unknown) => typeof value === 'string';
const isTextOrNumber = (value: unknown): value is string | JsonNumber =>
  typeof value === 'string' || isJsonNumber(value);

const wants =
  (accepts: (operand: unknown) => boolean, words: string): Operator['refuse'] =>
  (operand) =>
    accepts(operand) ? undefined : `takes ${words}`;

const eq: Operator = {
  refuse: () => undefined,
  test: (value, operand, evaluation) => value !== undefined && equals(value, operand, evaluation),
};
const neq: Operator = {
  refuse: () => undefined,
  test: (value, operand, evaluation) => !eq.test(value, operand, evaluation),
};

/**
 * Compares numbers and texts in any combination as JavaScript does (`"150.00"` is greater than 100), but with every
 * digit of a number.
 * @param test receives the result: negative, 0, positive, or NaN if a text is not a number
 */
function ordering(test: (result: number) => boolean): Operator {
  return {
    refuse: wants(isTextOrNumber, 'a number or a text'),
    test(value, operand, evaluation) {
      if (!isTextOrNumber(value) || !isTextOrNumber(operand)) return false;
      countWork(evaluation, lengthOf(value) + lengthOf(operand), 'characters');
      return test(compare(value, operand));
    },
  };
}

/** The length counts, because only the payload's size limits how many digits a number has. */
function lengthOf(value: string | JsonNumber): number {
  if (typeof value === 'string') return value.length;
  return value instanceof ExactNumber ? value.text.length : 1;
}

function compare(a: string | JsonNumber, b: string | JsonNumber): number {
  if (typeof a !== 'string' || typeof b !== 'string') return compareNumbers(a, b);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Whether a list as operand contains the value, or the value contains a text as operand; undefined if the two cannot be
 * compared.
 */
function isIn(value: unknown, operand: unknown, evaluation: Evaluation): boolean | undefined {
  if (Array.isArray(operand)) {
    countWork(evaluation, operand.length, 'elements');
    if (!isPrimitive(value) || !operand.every(isPrimitive)) return undefined;
    return operand.some((each) => isSameValue(each, value));
  }
  if (typeof value !== 'string' || !isTextOrNumber(operand)) return undefined;
  return includesText(value, operand instanceof ExactNumber ? operand.text : String(operand), evaluation);
}

const refuseList = wants(
  (operand) => isTextOrNumber(operand) || (Array.isArray(operand) && operand.every(isPrimitive)),
  'a list of plain values, or a text to look for in a text',
);

function affix(test: (value: string, part: string) => boolean): Operator {
  return {
    refuse: wants(
      (operand) => isText(operand) || (Array.isArray(operand) && operand.every(isText)),
      'a text or a list of texts',
    ),
    test(value, operand, evaluation) {
      if (typeof value !== 'string') return false;
      if (typeof operand === 'string') return test(value, operand);
      if (!Array.isArray(operand)) return false;
      countWork(evaluation, operand.length, 'elements');
      return operand.every(isText) && operand.some((part) => test(value, part as string));
    },
  };
}

export const OPERATORS: Readonly<Record<string, Operator>> = {
  $eq: eq,
  $ne: neq,
  $neq: neq,
  $gt: ordering((result) => result > 0),
  $gte: ordering((result) => result >= 0),
  $lt: ordering((result) => result < 0),
  $lte: ordering((result) => result <= 0),
  $in: {
    refuse: refuseList,
    test: (value, operand, evaluation) => isIn(value, operand, evaluation) === true,
  },
  $nin: {
    refuse: refuseList,
    test: (value, operand, evaluation) => value === undefined || isIn(value, operand, evaluation) === false,
  },
  $startsWith: affix((value, part) => value.startsWith(part)),
  $endsWith: affix((value, part) => value.endsWith(part)),
  $exist: {
    refuse: wants((operand) => typeof operand === 'boolean', 'true or false'),
    test: (value, operand) => (value !== undefined) === operand,
  },
};

/** The keys that combine conditions, and the key of a reference. */
export const STRUCTURAL = ['$and', '$or', '$not', '$ref'] as const;
