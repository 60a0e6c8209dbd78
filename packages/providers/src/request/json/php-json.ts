const STRING_OR_SPACE = /"(?:[^"\\]|\\[\s\S])*"?|[ \t\r\n]+/g;

/**
 * A JSON text in the default spelling of PHP's `json_encode`: without white space, with escaped slashes and escaped
 * non-ASCII characters. Numbers and the order of members do not change. The text must have passed `parseJson`.
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
