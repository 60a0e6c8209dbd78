const MAX_LENGTH = 200;

/** A provider's text for logs and for people: at most 200 characters, without control characters. */
export function toldText(text: string): string {
  return text
    .slice(0, 2 * MAX_LENGTH)
    .replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
    .toWellFormed();
}
