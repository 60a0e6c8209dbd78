import { ApiError, nearestNames, parseTimestamp } from '@hookline/contracts';
import type { TSchema } from 'typebox';
import Value from 'typebox/value';

/** A field of a request that is wrong, missing or unknown. */
export interface Problem {
  /** The path of the field: `body/auth/token`. */
  path: string;
  /** Continues the path: `must be a whole number from 1 to 30`. */
  message: string;
}

/** The part of JSON Schema that the operations use. */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean;
  patternProperties?: Record<string, Schema>;
  anyOf?: readonly Schema[];
  allOf?: readonly Schema[];
  enum?: readonly unknown[];
  const?: unknown;
  items?: Schema;
  pattern?: string;
  format?: string;
  readOnly?: boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  /** The pattern in words. */
  'x-patternText'?: string;
}

/** A large body may have any number of wrong fields. */
const MAX_PROBLEMS = 100;
/** If no field or value is similar to the given one, the known ones are listed, unless they are more than this. */
const MAX_LISTED = 40;

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': 'a time (RFC 3339) such as 2026-03-01T12:00:00Z',
};

/**
 * The problems of a value that its schema refuses: one entry for each field that is wrong, missing or unknown. If a schema
 * has variants, the problems are those of the variant that was probably meant.
 */
export function findProblems(schema: TSchema, value: unknown, path: string): Problem[] {
  const problems: Problem[] = [];
  visit(schema as Schema, value, path, problems);
  if (problems.length <= MAX_PROBLEMS) return problems;
  const rest = { path, message: `has more than ${MAX_PROBLEMS} fields that are wrong or unknown` };
  return [...problems.slice(0, MAX_PROBLEMS), rest];
}

/** The error with all problems. Its text is about the first one. */
export function invalidFields(...problems: [Problem, ...Problem[]]): ApiError {
  const [{ path, message }] = problems;
  return new ApiError('invalid_request', { message: `${path} ${message}`, details: problems });
}

function visit(schema: Schema, value: unknown, path: string, problems: Problem[]): void {
  if (problems.length > MAX_PROBLEMS) return;
  for (const part of schema.allOf ?? []) visit(part, value, path, problems);
  if (schema.anyOf) {
    visitVariants(schema.anyOf, value, path, problems);
    return;
  }
  const refuse = () => problems.push({ path, message: `must be ${describe(schema)}${guess(schema, value)}` });
  if (schema.enum || 'const' in schema) {
    if (!allowedValues(schema).includes(value)) refuse();
    return;
  }
  if (schema.type !== undefined && !isOfType(schema, value)) {
    refuse();
    return;
  }
  if (typeof value === 'string') {
    if (!fitsText(schema, value)) refuse();
  } else if (typeof value === 'number') {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
    if (value < minimum || value > maximum) refuse();
  } else if (Array.isArray(value)) {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
    if (value.length < minItems || value.length > maxItems) refuse();
    else if (items)
      for (const [index, each] of value.entries()) visit(items, each, `${path}/${index}`, problems);
  } else if (isObject(value)) visitObject(schema, value, path, problems);
}

function visitObject(
  schema: Schema,
  value: Record<string, unknown>,
  path: string,
  problems: Problem[],
): void {
  const { properties = {}, patternProperties = {}, required = [], minProperties = 0 } = schema;
  const names = Object.keys(value);
  const taken = namesOf(schema);
  for (const name of required) {
    if (Object.hasOwn(value, name)) continue;
    problems.push(missing(fieldBelow(path, name), properties[name] as Schema));
  }
  for (const name of names) {
    if (problems.length > MAX_PROBLEMS) return;
    const at = fieldBelow(path, name);
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const byPattern = Object.entries(patternProperties).filter(([pattern]) => matches(pattern, name));
    if (property) visit(property, value[name], at, problems);
    else if (byPattern.length > 0) for (const [, each] of byPattern) visit(each, value[name], at, problems);
    else if (schema.additionalProperties !== false) continue;
    else if (schema.patternProperties) problems.push({ path: at, message: 'has a name that is not allowed' });
    else problems.push(describeUnknownName(path, name, taken));
  }
  if (names.length < minProperties) {
    const message = `must have at least ${minProperties === 1 ? 'one field' : `${minProperties} fields`}${listed(taken, ' of ')}`;
    problems.push({ path, message });
  }
  if (names.length > (schema.maxProperties ?? Number.POSITIVE_INFINITY))
    problems.push({ path, message: `must have at most ${schema.maxProperties} fields` });
}

/** Finds the variant that was probably meant, by the type of the value, its tag, or the names in it. */
function visitVariants(anyOf: readonly Schema[], value: unknown, path: string, problems: Problem[]): void {
  if (anyOf.some((variant) => fits(variant, value))) return;
  const meant = anyOf.filter((variant) => isOfType(variant, value));
  const [first] = meant;
  const inner: Problem[] = [];
  if (isObject(value) && meant.length > 1) visitObjectVariants(meant, value, path, inner);
  else if (first) visit(first, value, path, inner);
  // If the value itself is wrong, and not a part of it, all possible values are named.
  if (isObject(value) || inner.every((problem) => problem.path !== path)) problems.push(...inner);
  if (first === undefined || (!isObject(value) && inner.some((problem) => problem.path === path)))
    problems.push({ path, message: `must be ${describe({ anyOf })}${guess({ anyOf }, value)}` });
}

function visitObjectVariants(
  variants: readonly Schema[],
  value: Record<string, unknown>,
  path: string,
  problems: Problem[],
): void {
  const tag = tagOf(variants);
  if (tag === undefined) {
    visitByNames(variants, value, path, problems);
    return;
  }
  const tagged = variants.find(({ properties }) => properties?.[tag]?.const === value[tag]);
  const tags: Schema = { enum: variants.map(({ properties }) => properties?.[tag]?.const) };
  if (tagged) visit(tagged, value, path, problems);
  else if (Object.hasOwn(value, tag)) visit(tags, value[tag], fieldBelow(path, tag), problems);
  else problems.push(missing(fieldBelow(path, tag), tags));
}

/** Without a tag, the variant that has most of the given names was probably meant. */
function visitByNames(
  variants: readonly Schema[],
  value: Record<string, unknown>,
  path: string,
  problems: Problem[],
): void {
  const known = variants.map((variant) => new Set(namesOf(variant)));
  const names = Object.keys(value);
  const counts = known.map((each) => names.filter((name) => each.has(name)).length);
  const best = Math.max(...counts);
  if (best === 0) {
    const all = [...new Set(variants.flatMap(namesOf))];
    for (const name of names.slice(0, MAX_PROBLEMS + 1)) problems.push(describeUnknownName(path, name, all));
    if (names.length === 0) problems.push({ path, message: `must have one field of ${all.join(', ')}` });
    return;
  }
  const meant = variants[counts.indexOf(best)] as Schema;
  const own = known[counts.indexOf(best)] as Set<string>;
  const together = names.filter((name) => own.has(name)).join(', ');
  const rest: Record<string, unknown> = {};
  for (const name of names) {
    if (!own.has(name) && known.some((each) => each.has(name)))
      problems.push({
        path: fieldBelow(path, name),
        message: `does not go with ${together}: leave one of them out`,
      });
    else rest[name] = value[name];
  }
  visit(meant, rest, path, problems);
}

/** The field whose value tells the variants apart. */
function tagOf(variants: readonly Schema[]): string | undefined {
  const [first] = variants;
  return Object.keys(first?.properties ?? {}).find((name) =>
    variants.every(({ properties }) => properties?.[name] !== undefined && 'const' in properties[name]),
  );
}

function fits(schema: Schema, value: unknown): boolean {
  const problems: Problem[] = [];
  visit(schema, value, '', problems);
  return problems.length === 0;
}

function isOfType(schema: Schema, value: unknown): boolean {
  if (schema.enum || 'const' in schema)
    return allowedValues(schema).some((each) => typeof each === typeof value);
  switch (schema.type) {
    case undefined:
      return true;
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === schema.type;
  }
}

/** Counts characters as the check does: a character beyond U+FFFF is one. */
function fitsText({ minLength = 0, maxLength, pattern, format }: Schema, text: string): boolean {
  // A text has no more characters than code units.
  if (maxLength !== undefined && text.length > maxLength && [...text].length > maxLength) return false;
  if (minLength > 0 && [...text.slice(0, 2 * minLength)].length < minLength) return false;
  if (pattern !== undefined && !matches(pattern, text)) return false;
  return format === undefined || isOfFormat(format, text);
}

/** The patterns are those of the operations, which `npm run lint` checks. */
const matches = (pattern: string, text: string) => Value.Check({ type: 'string', pattern }, text);

const isOfFormat = (format: string, text: string) =>
  format !== 'date-time' || parseTimestamp(text) !== undefined;

/** The values that a schema allows, in words. */
function describe(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(describe).join(', or ');
  if (schema.enum || 'const' in schema) {
    const values = allowedValues(schema).map(String);
    return values.length === 1 ? (values[0] as string) : `one of ${values.join(', ')}`;
  }
  const { minItems, maxItems, minLength, maxLength, minimum, maximum } = schema;
  switch (schema.type) {
    case 'string': {
      const what = schema['x-patternText'] ?? FORMATS[schema.format ?? ''] ?? 'a text';
      return `${what}${range(' of ', minLength, maxLength, ' characters')}`;
    }
    case 'integer':
      return `a whole number${range(' ', minimum, maximum)}`;
    case 'number':
      return `a number${range(' ', minimum, maximum)}`;
    case 'boolean':
      return 'true or false';
    case 'array': {
      const items =
        schema.items?.type === undefined && !schema.items?.enum
          ? ''
          : `, each of them ${describe(schema.items)}`;
      return `a list${range(' of ', minItems, maxItems, ' entries')}${items}`;
    }
    case 'object':
      return 'an object';
    case 'null':
      return 'null';
    default:
      return ANYTHING;
  }
}

/** For a schema that allows any value. */
const ANYTHING = 'there';

function missing(path: string, schema: Schema): Problem {
  const wanted = describe(schema);
  return { path, message: wanted === ANYTHING ? 'is missing' : `is missing: ${wanted}` };
}

function range(before: string, least: number | undefined = 0, most: number | undefined, unit = ''): string {
  if (most === undefined) return least === 0 ? '' : `${before}at least ${least}${unit}`;
  if (unit === '') return `${before}from ${least} to ${most}`;
  return least === 0 ? `${before}at most ${most}${unit}` : `${before}${least} to ${most}${unit}`;
}

/** The allowed value that a text probably meant. */
function guess(schema: Schema, value: unknown): string {
  if (typeof value !== 'string') return '';
  const values = (schema.anyOf ?? [schema]).flatMap(allowedValues).filter((each) => typeof each === 'string');
  return didYouMean(value, values);
}

/** Describes a name that an object or a query does not have. */
export function describeUnknownName(path: string, name: string, known: readonly string[]): Problem {
  const message = `is unknown${didYouMean(name, known) || listed(known, ': there are ')}`;
  return { path: fieldBelow(path, name), message };
}

/** Names the known names that may have been meant; an empty text if there is none. */
export function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known);
  const wanted = name.toLowerCase();
  const found =
    near.length > 0 || wanted.length < 3
      ? near
      : known.filter((each) => each.toLowerCase().includes(wanted)).slice(0, 3);
  return found.length === 0 ? '' : `: did you mean ${found.join(' or ')}?`;
}

const listed = (names: readonly string[], before: string) =>
  names.length === 0 || names.length > MAX_LISTED ? '' : `${before}${names.join(', ')}`;

/** The names that a request may set. Read-only fields are not offered. */
const namesOf = ({ properties = {} }: Schema): string[] =>
  Object.keys(properties).filter((name) => properties[name]?.readOnly !== true);

const allowedValues = (schema: Schema): readonly unknown[] =>
  schema.enum ?? ('const' in schema ? [schema.const] : []);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MAX_NAME_LENGTH = 200;
/** The path of a member of an object, whose name may be any text: an escaped part of a JSON pointer (RFC 6901). */
export const fieldBelow = (path: string, name: string) =>
  `${path}/${name.slice(0, MAX_NAME_LENGTH).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
