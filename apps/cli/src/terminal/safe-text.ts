// Text of strangers (payloads, answers, names) may contain control sequences that a terminal would obey.
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\ufeff]/gu;
const LINES: ReadonlySet<string> = new Set(['\n', '\t']);

function escapeOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** One line that a terminal shows as it is: control characters and changes of the writing direction are escaped. */
export const safeLine = (text: string): string => text.replace(UNSAFE, escapeOf);

/** The same for several lines: line ends and tabs stay. */
export const safeBlock = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(UNSAFE, (character) => (LINES.has(character) ? character : escapeOf(character)));

/** JSON that is also safe on a terminal: `JSON.stringify` leaves DEL, C1 controls and directions as they are. */
export function safeJson(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null';
  return text.replace(UNSAFE, (character) => (character === '\n' ? character : escapeOf(character)));
}
