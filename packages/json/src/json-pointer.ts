import { ExactNumber } from './exact-number.ts';
import { arrayItems, objectMembers, rootSlice, type Slice, scalarText } from './json-slices.ts';

/** The segments of a JSON pointer (RFC 6901). `*` stands for every item of an array. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value of a parsed text at a pointer without `*`. Only own members count. */
export function pointedValue(root: unknown, segments: readonly string[]): unknown {
  let value = root;
  for (const segment of segments) {
    if (Array.isArray(value)) value = INDEX.test(segment) ? value[Number(segment)] : undefined;
    else if (isObject(value) && Object.hasOwn(value, segment)) value = value[segment];
    else return undefined;
  }
  return value;
}

/**
 * The slice of the value at a pointer without `*`; undefined if there is none. The text must have passed `parseJson`.
 */
export function sliceAt(bytes: Buffer, segments: readonly string[]): Slice | undefined {
  return slicesAt(bytes, segments)?.[0];
}

/**
 * The scalars at a pointer, as they were written: numbers keep their digits. A pointer without `*` has at most one.
 * Undefined if a member or item of the path is missing or a value is not a scalar. The text must have passed
 * `parseJson`.
 */
export function scalarsAt(bytes: Buffer, segments: readonly string[]): string[] | undefined {
  const slices = slicesAt(bytes, segments);
  if (slices === undefined) return undefined;
  const texts: string[] = [];
  for (const slice of slices) {
    const text = scalarText(bytes, slice) ?? booleanText(bytes, slice);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function slicesAt(bytes: Buffer, segments: readonly string[]): readonly Slice[] | undefined {
  let slices: readonly Slice[] = [rootSlice(bytes)];
  for (const segment of segments) {
    const next: Slice[] = [];
    for (const slice of slices) {
      const found = stepInto(bytes, slice, segment);
      if (found === undefined) return undefined;
      next.push(...found);
    }
    slices = next;
  }
  return slices;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber);

const INDEX = /^(?:0|[1-9][0-9]{0,5})$/;
const OPEN_ARRAY = 0x5b;

function stepInto(bytes: Buffer, slice: Slice, segment: string): readonly Slice[] | undefined {
  if (bytes[slice.start] !== OPEN_ARRAY) {
    const member = objectMembers(bytes, slice).get(segment);
    return member === undefined ? undefined : [member.value];
  }
  const items = arrayItems(bytes, slice);
  if (segment === '*') return items;
  const item = INDEX.test(segment) ? items[Number(segment)] : undefined;
  return item === undefined ? undefined : [item];
}

function booleanText(bytes: Buffer, slice: Slice): string | undefined {
  const text = bytes.toString('latin1', slice.start, Math.min(slice.end, slice.start + 6));
  return text === 'true' || text === 'false' ? text : undefined;
}
