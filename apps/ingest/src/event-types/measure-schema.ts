import { isDeeperThan } from '../is-deeper-than.ts';
import { findMisusedKeyword } from './find-misused-keyword.ts';
import type { SchemaProblem } from './schema-problem.ts';

/** Upper limits on the cost of a schema, computed without running it. */
export interface SchemaMeasure {
  /**
   * Most comparisons for one value of the data: the subschemas with every `$ref` expanded, and the values that they
   * list. Infinite if a `$ref` refers to itself or a keyword takes more than linear time.
   */
  comparisonsPerValue: number;
}

export const MAX_SCHEMA_BYTES = 65_536;
export const MAX_SCHEMA_DEPTH = 64;
/** Subschemas that one value is compared with, with every `$ref` expanded. */
export const MAX_SCHEMA_EXPANSIONS = 1_000;
/** `$ref`s that refer to a further `$ref`. */
const MAX_CHAIN = 200;

/** Regular expressions of a tenant: their time has no limit. */
const REFUSED = new Set(['pattern', 'patternProperties']);
/** Keywords that compare the same value with another schema. */
const IN_PLACE = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas']);
/** Keywords that compare the members of a value, its items or their names with another schema. */
const INTO = new Set([
  'properties',
  'additionalProperties',
  'propertyNames',
  'prefixItems',
  'items',
  'additionalItems',
  'contains',
]);
/** Keywords that contain schemas which only a `$ref` uses. */
const DEFINITIONS = new Set(['$defs', 'definitions']);
const BY_NAME = new Set(['properties', 'dependentSchemas', '$defs', 'definitions']);
/** Keywords that list data, not schemas. */
const DATA = new Set(['enum', 'const', 'default', 'examples']);
/** Keywords whose time grows with the square of the data or has no known limit. */
const SLOW = new Set(['uniqueItems', 'unevaluatedItems', 'unevaluatedProperties', 'dependencies']);
/**
 * Keywords that compare the remaining values, which the keywords before them did not cover, with another schema.
 */
const REST = new Set(['unevaluatedItems', 'unevaluatedProperties']);
const SCHEMA_KEYWORDS = new Set([...IN_PLACE, ...INTO, ...DEFINITIONS, ...REST]);
const OTHER_REFERENCES = new Set(['$recursiveRef', '$dynamicRef', '$recursiveAnchor', '$dynamicAnchor']);
/** Formats whose check takes time linear in the length of the text. */
const QUICK_FORMATS = new Set(['date', 'time', 'date-time', 'duration', 'email', 'ipv4', 'uuid']);

type Json = Record<string, unknown>;

/** Reads a schema without running it, in time linear in its size, independent of its `$ref`s. */
export function measureSchema(schema: Json): SchemaMeasure | SchemaProblem {
  if (isDeeperThan(schema, MAX_SCHEMA_DEPTH)) {
    return { at: '', problem: `It has more than ${MAX_SCHEMA_DEPTH} levels of nesting.` };
  }
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > MAX_SCHEMA_BYTES) {
    return { at: '', problem: `It has ${bytes} bytes; ${MAX_SCHEMA_BYTES} are allowed.` };
  }
  const refused = findRefused(schema, '');
  if (refused !== undefined) return refused;
  const inPlace = createCounter(schema, IN_PLACE);
  for (const { node, at } of subschemas(schema, '')) {
    const expansions = inPlace(node);
    if (expansions > MAX_SCHEMA_EXPANSIONS) {
      const problem = Number.isFinite(expansions)
        ? `With every $ref expanded, one value is compared with ${expansions} subschemas here; ${MAX_SCHEMA_EXPANSIONS} are allowed.`
        : 'A $ref refers to itself without entering a member or an item, or through too many other $refs.';
      return { at, problem };
    }
  }
  return { comparisonsPerValue: createCounter(schema, new Set([...IN_PLACE, ...INTO]))(schema) };
}

function findRefused(schema: unknown, at: string): SchemaProblem | undefined {
  for (const { node, at: where, isSchema } of subschemas(schema, at)) {
    const misused = isSchema ? findMisusedKeyword(node, where) : undefined;
    if (misused !== undefined) return misused;
    for (const keyword of REFUSED) {
      if (!Object.hasOwn(node, keyword)) continue;
      return {
        at: `${where}/${keyword}`,
        problem: `The keyword "${keyword}" is not supported: Hookline does not run regular expressions.`,
      };
    }
  }
  return undefined;
}

interface Subschema {
  node: Json;
  at: string;
  /** Only the values of keywords that contain schemas are schemas. */
  isSchema: boolean;
}

/** A schema and every schema within it, also in unknown keywords. */
function* subschemas(value: unknown, at: string, isSchema = true, isNamed = false): Generator<Subschema> {
  if (typeof value !== 'object' || value === null) return;
  const isNode = !isNamed && !Array.isArray(value);
  if (isNode) yield { node: value as Json, at, isSchema };
  for (const [name, inner] of Object.entries(value)) {
    if (isNode && DATA.has(name)) continue;
    const holdsSchemas = isSchema && (!isNode || SCHEMA_KEYWORDS.has(name));
    // A property may have the name "enum" or "pattern".
    yield* subschemas(inner, `${at}/${toSegment(name)}`, holdsSchemas, isNode && BY_NAME.has(name));
  }
}

const toSegment = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Counts the subschemas that keywords refer to, each as often as it is used. Infinite for a circle. */
function createCounter(root: Json, keywords: ReadonlySet<string>): (schema: unknown) => number {
  const known = new Map<Json, number>();
  const open = new Set<Json>();
  const goesInto = keywords.has('properties');

  function count(schema: unknown): number {
    if (typeof schema !== 'object' || schema === null) return 1;
    const node = schema as Json;
    const before = known.get(node);
    if (before !== undefined) return before;
    if (open.has(node) || open.size > MAX_CHAIN) return Number.POSITIVE_INFINITY;
    open.add(node);
    let sum = 1;
    for (const [keyword, value] of Object.entries(node)) sum += countKeyword(keyword, value);
    open.delete(node);
    known.set(node, sum);
    return sum;
  }

  function countKeyword(keyword: string, value: unknown): number {
    if (keyword === '$ref') {
      const target = typeof value === 'string' ? resolveReference(root, value) : undefined;
      // Number for a `$ref` by name or URL: the validator resolves or refuses it.
      if (target === undefined) return goesInto ? Number.POSITIVE_INFINITY : 1;
      return count(target);
    }
    if (keywords.has(keyword))
      return listed(keyword, value).reduce<number>((sum, each) => sum + count(each), 0);
    if (!goesInto || INTO.has(keyword) || DEFINITIONS.has(keyword)) return 0;
    if (SLOW.has(keyword) && value !== false) return Number.POSITIVE_INFINITY;
    if (OTHER_REFERENCES.has(keyword)) return Number.POSITIVE_INFINITY;
    if (keyword === 'format' && !QUICK_FORMATS.has(String(value))) return Number.POSITIVE_INFINITY;
    return keyword === 'description' || keyword === 'title' ? 0 : countValues(value);
  }

  return count;
}

/** The schemas in a keyword: one, a list, or an object by name. */
function listed(keyword: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  return BY_NAME.has(keyword) ? Object.values(value) : [value];
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 1);
}

/**
 * The schema that `#`, or `#` with a JSON pointer, refers to. Undefined for any other reference and without a target.
 */
function resolveReference(root: Json, reference: string): unknown {
  if (!reference.startsWith('#')) return undefined;
  let value: unknown = root;
  for (const segment of reference.slice(1).split('/').slice(1)) {
    const name = decodeSegment(segment);
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Json)[name];
  }
  return reference === '#' || reference.startsWith('#/') ? value : undefined;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return segment;
  }
}
