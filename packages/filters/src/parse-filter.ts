import type { Condition, Group, ObjectCondition, OperatorTest } from './condition.ts';
import { FilterError } from './errors.ts';
import { isObject, isPrimitive } from './json.ts';
import { OPERATORS, STRUCTURAL } from './operators.ts';
import { parseReference, type Reference } from './reference.ts';

export const MAX_FILTER_DEPTH = 20;
export const MAX_FILTER_CONDITIONS = 500;
/** In characters of the filter's JSON text. */
export const MAX_FILTER_LENGTH = 32_768;

const ROOT = 'filter';

/**
 * Says why a field name at the top of a filter is refused; undefined if documents have such a field.
 */
export type RefuseField = (name: string) => string | undefined;

/**
 * @param refuseField if given, conditions that can never match are refused: on fields that no document has, and on
 * empty lists
 * @throws FilterError with the path and the problem
 */
export function parseFilter(source: unknown, refuseField?: RefuseField): Condition {
  if (!isObject(source)) throw new FilterError(ROOT, 'a filter is an object');
  if (measureDepth(source) > MAX_FILTER_DEPTH)
    throw new FilterError(ROOT, `it is nested more than ${MAX_FILTER_DEPTH} deep`);
  const text = JSON.stringify(source);
  if (text.length > MAX_FILTER_LENGTH)
    throw new FilterError(ROOT, `it is longer than ${MAX_FILTER_LENGTH} characters`);
  // After the escaped backslashes are removed, each remaining backslash begins an escape.
  if (/\\u(?:0000|d[89a-f])/.test(text.replaceAll('\\\\', '')))
    throw new FilterError(
      ROOT,
      'it has a character that cannot be stored (NUL, or half of a surrogate pair)',
    );
  return parse(source, ROOT, { conditions: 0, refuseField }, true);
}

/** Without recursion, because a request body may be nested deeper than the stack allows. */
function measureDepth(source: unknown): number {
  let depth = 0;
  let level: unknown[] = [source];
  while (level.length > 0 && depth <= MAX_FILTER_DEPTH) {
    depth++;
    level = level.flatMap((value) =>
      isPrimitive(value) ? [] : Object.values(value as object).filter((member) => !isPrimitive(member)),
    );
  }
  return depth;
}

interface Reading {
  conditions: number;
  readonly refuseField: RefuseField | undefined;
}

/** @param isTop whether the condition applies to the document itself */
function parse(source: unknown, path: string, count: Reading, isTop = false): Condition {
  if (++count.conditions > MAX_FILTER_CONDITIONS)
    throw new FilterError(ROOT, `it has more than ${MAX_FILTER_CONDITIONS} conditions`);
  if (isTop && count.refuseField && !isObject(source))
    throw new FilterError(path, 'it is compared with the whole event, which is an object: name a field');
  if (isPrimitive(source)) return { kind: 'equals', value: source };
  if (Array.isArray(source)) return { kind: 'contains', all: parseList(source, path, count) };
  if (!isObject(source)) throw new FilterError(path, 'it is not JSON');
  return parseObject(source, path, count, isTop);
}

const parseList = (source: readonly unknown[], path: string, count: Reading, isTop = false) =>
  source.map((each, index) => parse(each, `${path}[${index}]`, count, isTop));

function parseObject(
  source: Record<string, unknown>,
  path: string,
  count: Reading,
  isTop: boolean,
): ObjectCondition {
  const operators: OperatorTest[] = [];
  const fields: [string, Condition][] = [];
  const and: Condition[] = [];
  let or: Condition[] | undefined;
  let not: Condition | undefined;
  let reference: Reference | undefined;
  for (const [name, operand] of Object.entries(source)) {
    const at = joinPath(path, name);
    if (name === '$and') and.push(...parseAlternatives(operand, at, count, isTop));
    else if (name === '$or') {
      or = parseAlternatives(operand, at, count, isTop);
      if (count.refuseField && or.length === 0) throw new FilterError(at, NEVER);
    } else if (name === '$not') not = parse(operand, at, count, isTop);
    else if (name === '$ref') reference = readReference(operand, at, count);
    else if (name.startsWith('$')) {
      operators.push(parseOperator(name, operand, at, count));
      if (isTop && count.refuseField)
        throw new FilterError(at, 'it is compared with the whole event, which is an object: name a field');
    } else {
      const refusal = isTop ? count.refuseField?.(name) : undefined;
      if (refusal !== undefined) throw new FilterError(at, refusal);
      fields.push([name, parse(operand, at, count)]);
    }
  }
  const isEmpty = Object.keys(source).length === 0;
  const hasFields = fields.length > 0 || isEmpty;
  const group: Group = {
    fields: hasFields ? fields : undefined,
    and,
    or,
    not: hasFields ? not : undefined,
    reference,
  };
  const hasGroup = hasFields || and.length > 0 || or !== undefined || reference !== undefined;
  return {
    kind: 'object',
    operators,
    not: hasFields ? undefined : not,
    group: hasGroup ? group : undefined,
  };
}

const NEVER = 'the list is empty, so this can never match';
/** Operators whose operand may be a list of which one item has to match. */
const ONE_OF_LIST = new Set(['$in', '$startsWith', '$endsWith']);

/** The path of a reference begins at the top of the document, wherever the reference is in the filter. */
function readReference(operand: unknown, path: string, { refuseField }: Reading): Reference {
  const reference = parseReference(operand, path);
  const [first] = reference.steps;
  const refusal = typeof first === 'string' ? refuseField?.(first) : undefined;
  if (refusal !== undefined) throw new FilterError(path, refusal);
  return reference;
}

function parseAlternatives(operand: unknown, path: string, count: Reading, isTop: boolean): Condition[] {
  if (!Array.isArray(operand)) throw new FilterError(path, 'takes a list of conditions');
  return parseList(operand, path, count, isTop);
}

function parseOperator(name: string, operand: unknown, path: string, count: Reading): OperatorTest {
  if (++count.conditions > MAX_FILTER_CONDITIONS)
    throw new FilterError(ROOT, `it has more than ${MAX_FILTER_CONDITIONS} conditions`);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) {
    const known = [...Object.keys(OPERATORS), ...STRUCTURAL].join(' ');
    throw new FilterError(path, `there is no operator ${name}; the operators are ${known}`);
  }
  if (isObject(operand) && Object.hasOwn(operand, '$ref')) {
    if (Object.keys(operand).length > 1)
      throw new FilterError(path, 'an object with $ref must have no other member');
    return { name, operator, operand, reference: readReference(operand['$ref'], `${path}.$ref`, count) };
  }
  const refusal = operator.refuse(operand);
  if (refusal !== undefined) throw new FilterError(path, refusal);
  if (count.refuseField && ONE_OF_LIST.has(name) && Array.isArray(operand) && operand.length === 0)
    throw new FilterError(path, NEVER);
  return { name, operator, operand, reference: undefined };
}

/** `data.amount`, `data["a b"]`. */
export function joinPath(path: string, name: string): string {
  const step = /^[A-Za-z_$][\w$-]*$/.test(name) ? name : undefined;
  if (step === undefined) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? step : `${path}.${step}`;
}
