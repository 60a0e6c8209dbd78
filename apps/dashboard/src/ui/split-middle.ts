/**
 * The part of a text that may be cut off and the part at its end that stays. What tells ids apart is at their end, because
 * their beginning is the time.
 */
export function splitMiddle(text: string, kept: number): readonly [start: string, end: string] {
  if (text.length <= kept * 2) return [text, ''];
  let at = text.length - kept;
  // Not between the two halves of a character outside the basic plane.
  if (isLowSurrogate(text.charCodeAt(at))) at -= 1;
  return [text.slice(0, at), text.slice(at)];
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
