import { isDeeperThan } from '../is-deeper-than.ts';
import { findMisusedKeyword } from './find-misused-keyword.ts';
import type { SchemaProblem } from './schema-problem.ts';

/** What a schema costs at most, told from itself. */
export interface SchemaMeasure {
  /**
   * How many comparisons one value of the data takes at most: the subschemas with every `$ref` written out, and what
   * they list. Infinite where a `$ref` leads back to itself, or a keyword takes more than linear time.
   */
  comparisonsPerValue: number;
}

export const MAX_SCHEMA_BYTES = 65_536;
export const MAX_SCHEMA_DEPTH = 64;
/** Subschemas that one value is held against, with every `$ref` written out. */
export const MAX_SCHEMA_EXPANSIONS = 1_000;
/** `$ref`s that lead on to another one. */
const MAX_CHAIN = 200;

/** Regular expressions of a tenant, whose time nobody can bound. */
const REFUSED = new Set(['pattern', 'patternProperties']);
/** Hold the same value against another schema. */
const IN_PLACE = new Set(['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas']);
/** Hold the members of a value, its items or their names against another schema. */
const INTO = new Set([
  'properties',
  'additionalProperties',
  'propertyNames',
  'prefixItems',
  'items',
  'additionalItems',
  'contains',
]);
/** Hold other schemas that only a `$ref` uses. */
const DEFINITIONS = new Set(['$defs', 'definitions']);
const BY_NAME = new Set(['properties', 'dependentSchemas', '$defs', 'definitions']);
/** The values that they list are data, not schemas. */
const DATA = new Set(['enum', 'const', 'default', 'examples']);
/** Take time that grows with the square of the data, or that nobody has bounded. */
const SLOW = new Set(['uniqueItems', 'unevaluatedItems', 'unevaluatedProperties', 'dependencies']);
/** Hold what the keywords before them have left out against another schema. */
const REST = new Set(['unevaluatedItems', 'unevaluatedProperties']);
const SCHEMA_KEYWORDS = new Set([...IN_PLACE, ...INTO, ...DEFINITIONS, ...REST]);
const OTHER_REFERENCES = new Set(['$recursiveRef', '$dynamicRef', '$recursiveAnchor', '$dynamicAnchor']);
/** Judged in time that grows with the length of the text. */
const QUICK_FORMATS = new Set(['date', 'time', 'date-time', 'duration', 'email', 'ipv4', 'uuid']);

type Json = Record<string, unknown>;

/** Reads a schema without running it. In time that grows with its size, whatever its `$ref`s. */
export function measureSchema(schema: Json): SchemaMeasure | SchemaProblem {
  if (isDeeperThan(schema, MAX_SCHEMA_DEPTH)) {
    return { at: '', problem: `It is nested more than ${MAX_SCHEMA_DEPTH} levels deep.` };
  }
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > MAX_SCHEMA_BYTES) {
    return { at: '', problem: `It has ${bytes} bytes, and ${MAX_SCHEMA_BYTES} are allowed.` };
  }
  const refused = findRefused(schema, '');
  if (refused !== undefined) return refused;
  const inPlace = createCounter(schema, IN_PLACE);
  for (const { node, at } of subschemas(schema, '')) {
    const expansions = inPlace(node);
    if (expansions > MAX_SCHEMA_EXPANSIONS) {
      const problem = Number.isFinite(expansions)
        ? `With every $ref written out, a value is held against ${expansions} subschemas here, and ${MAX_SCHEMA_EXPANSIONS} are allowed.`
        : 'A $ref leads back to itself without going into a member or an item, or through too many others.';
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
        problem: `The keyword "${keyword}" is not supported: regular expressions are not run.`,
      };
    }
  }
  return undefined;
}

interface Subschema {
  node: Json;
  at: string;
  /** Only what is in keywords that hold schemas; anything else merely looks like one. */
  isSchema: boolean;
}

/** A schema and every one in it, those in keywords that nobody knows too. */
function* subschemas(value: unknown, at: string, isSchema = true, isNamed = false): Generator<Subschema> {
  if (typeof value !== 'object' || value === null) return;
  const isNode = !isNamed && !Array.isArray(value);
  if (isNode) yield { node: value as Json, at, isSchema };
  for (const [name, inner] of Object.entries(value)) {
    if (isNode && DATA.has(name)) continue;
    const holdsSchemas = isSchema && (!isNode || SCHEMA_KEYWORDS.has(name));
    // A property may be called "enum", or "pattern".
    yield* subschemas(inner, `${at}/${toSegment(name)}`, holdsSchemas, isNode && BY_NAME.has(name));
  }
}

const toSegment = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');

/** Counts the subschemas that the keywords lead to, each as often as it is used; infinite for a circle. */
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
      // Of a name or an address: the validator finds it, or refuses it.
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

/** The schemas that a keyword holds: one, a list, or by name. */
function listed(keyword: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  return BY_NAME.has(keyword) ? Object.values(value) : [value];
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + countValues(each), 1);
}

/** What `#`, or `#` and a JSON pointer, names; undefined for anything else, and where there is nothing. */
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
