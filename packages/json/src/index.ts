// Depends on no other package of Hookline: takes JSON text, returns values and bytes.
export { withoutByteOrderMark } from './byte-order-mark.ts';
export { compareNumbers, isJsonNumber, isSameValue, type JsonNumber } from './compare-numbers.ts';
export { ExactNumber } from './exact-number.ts';
export { hasInexactNumber } from './has-inexact-number.ts';
export { identifierAt } from './identifier-at.ts';
export { parsePointer, pointedValue, scalarsAt, sliceAt } from './json-pointer.ts';
export {
  arrayItems,
  beginsArray,
  type MemberSlice,
  objectMembers,
  rootSlice,
  type Slice,
  scalarText,
  sliceJsonMember,
} from './json-slices.ts';
export { type InexactNumber, listInexactNumbers } from './list-inexact-numbers.ts';
export { parseExactJson } from './parse-exact-json.ts';
