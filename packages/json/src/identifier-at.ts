import { parsePointer, pointedValue, sliceAt } from './json-pointer.ts';
import { scalarText } from './json-slices.ts';

/** More digits than any identifier has. */
const WHOLE = /^-?[0-9]{1,100}$/;

/**
 * The identifier at a JSON pointer without `*`: a text that is not empty, or a whole number with all its digits, also
 * where a JavaScript number would lose some. The bytes are searched only for such a number.
 * @param parsed what `JSON.parse` returns for the bytes
 */
export function identifierAt(bytes: Buffer, parsed: unknown, pointer: string): string | undefined {
  const segments = parsePointer(pointer);
  const value = pointedValue(parsed, segments);
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value !== 'number') return undefined;
  if (Number.isSafeInteger(value)) return String(value);
  const slice = sliceAt(bytes, segments);
  const text = slice === undefined ? undefined : scalarText(bytes, slice);
  return text !== undefined && WHOLE.test(text) ? text : undefined;
}
