const STRING_OR_SPACE = /"(?:[^"\\]|\\[\s\S])*"?|[ \t\r\n]+/g;

/**
 * A JSON text as PHP's `json_encode` writes it by default: without white space, slashes and all but ASCII escaped.
 * Numbers and the order of members stay as they were. The text must have passed `parseJson`.
 */
export function toPhpJson(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8').replace(STRING_OR_SPACE, (token) => {
    if (!token.startsWith('"')) return '';
    return JSON.stringify(JSON.parse(token))
      .replaceAll('/', '\\/')
      .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  });
  return Buffer.from(text, 'latin1');
}
