import { ApiError, isStorableText } from '@hookline/contracts';
import { ExactNumber } from '@hookline/json';
import type { TSchema } from 'typebox';

/** Deeper than the body of any call needs to be, and shallow enough for code that walks it recursively. */
export const MAX_BODY_DEPTH = 256;

/** Postgres writes out every digit of a number in jsonb: 1e100000 would take 100,000 characters. */
const MAX_EXPONENT = 1_000;

/** Of a number as it was written; 0 if it has none. */
const exponentOf = ({ text }: ExactNumber) => Math.abs(Number(text.toLowerCase().split('e', 2)[1] ?? 0));

type Part = 'params' | 'querystring' | 'body';

/** The marks of a schema, for a value and for its members. */
interface Marks {
  anyText: boolean;
  verbatim: boolean;
  members: Map<string, Marks>;
  /** Of the entries of a list; undefined if they have none. */
  entries: Marks | undefined;
}

/**
 * Refuses values that no call accepts, whatever its schema says: text that Postgres cannot store (NUL, half a surrogate
 * pair), also in names, numbers that it would write out at length, and nesting that would overflow the stack of later
 * code.
 * @param schema says by its marks (`ANY_TEXT`, `VERBATIM`) which values are not kept as text
 * @returns the check of one part of a request, linear in its size; it throws ApiError `invalid_request`
 */
export function createTextCheck(part: Part, schema: TSchema | undefined): (value: unknown) => void {
  const marks = createMarks();
  if (schema) collectMarks(schema, marks);
  return (value) => checkText(part, value, marks);
}

interface Place {
  value: unknown;
  name: string;
  parent: Place | undefined;
  depth: number;
  isAnyText: boolean;
  /** Undefined if no member has a mark. */
  marks: Marks | undefined;
}

/** Iterative, because the sender chooses the depth. */
function checkText(part: Part, root: unknown, marks: Marks): void {
  const open: Place[] = [{ value: root, name: '', parent: undefined, depth: 0, isAnyText: false, marks }];
  for (let place = open.pop(); place; place = open.pop()) {
    const { value, depth } = place;
    if (place.marks?.verbatim) continue;
    const isAnyText = place.isAnyText || place.marks?.anyText === true;
    if (typeof value === 'string') {
      if (!isAnyText && !isStorableText(value)) refuse(part, place, 'holds a NUL or half a surrogate pair');
    } else if (value instanceof ExactNumber) {
      if (exponentOf(value) > MAX_EXPONENT) {
        refuse(part, place, `is a number with an exponent beyond ${MAX_EXPONENT}`);
      }
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_BODY_DEPTH)
        refuse(part, undefined, `is nested more than ${MAX_BODY_DEPTH} levels deep`);
      for (const [name, member] of Object.entries(value)) {
        if (!isAnyText && !isStorableText(name))
          refuse(part, place, 'has a name with a NUL or half a surrogate pair');
        open.push({
          value: member,
          name,
          parent: place,
          depth: depth + 1,
          isAnyText,
          marks: Array.isArray(value) ? place.marks?.entries : place.marks?.members.get(name),
        });
      }
    }
  }
}

const MAX_PATH_LENGTH = 200;

function refuse(part: Part, place: Place | undefined, message: string): never {
  let path = '';
  for (let at = place; at?.parent; at = at.parent) path = `/${at.name.slice(0, MAX_PATH_LENGTH)}${path}`;
  const problem = { path: `${part}${path}`.slice(0, MAX_PATH_LENGTH).toWellFormed(), message };
  throw new ApiError('invalid_request', { message: `${problem.path} ${message}`, details: [problem] });
}

function createMarks(): Marks {
  return { anyText: false, verbatim: false, members: new Map(), entries: undefined };
}

function collectMarks(schema: TSchema, marks: Marks): void {
  const { properties, items, anyOf, allOf, ...own } = schema as {
    properties?: Record<string, TSchema>;
    items?: TSchema;
    anyOf?: TSchema[];
    allOf?: TSchema[];
  } & Record<string, unknown>;
  marks.verbatim ||= own['x-verbatim'] === true;
  marks.anyText ||= own['x-anyText'] === true;
  for (const each of [...(anyOf ?? []), ...(allOf ?? [])]) collectMarks(each, marks);
  for (const [name, each] of Object.entries(properties ?? {})) {
    const member = marks.members.get(name) ?? createMarks();
    collectMarks(each, member);
    if (hasMarks(member)) marks.members.set(name, member);
  }
  if (items === undefined) return;
  const entries = marks.entries ?? createMarks();
  collectMarks(items, entries);
  if (hasMarks(entries)) marks.entries = entries;
}

const hasMarks = ({ anyText, verbatim, members, entries }: Marks) =>
  anyText || verbatim || members.size > 0 || entries !== undefined;
