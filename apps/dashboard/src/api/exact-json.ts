// The compiler does not know this part of ECMAScript 2026 yet; Chromium, Firefox and Safari have it.
interface ExactJson {
  parse(
    text: string,
    reviver: (this: unknown, name: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
}

const EXACT = JSON as unknown as ExactJson;

/**
 * Parses JSON so that `JSON.stringify` writes every number with the digits that it had: 12345678901234567890 and 1.0 stay
 * what they are.
 * @throws SyntaxError if the text is not JSON
 */
export const parseExactly = (text: string): unknown =>
  EXACT.parse(text, (_name, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? EXACT.rawJSON(source)
      : value,
  );
