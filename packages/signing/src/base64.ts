const STANDARD_BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Decodes standard base64, padded or not; undefined for any other text. `Buffer.from(…, 'base64')` alone skips
 * unknown characters and stops at the first `=`, so a mistyped key would silently become another key.
 */
export function decodeBase64(text: string): Buffer | undefined {
  if (!STANDARD_BASE64.test(text)) return undefined;
  const padded = text.endsWith('=');
  if (padded ? text.length % 4 !== 0 : text.length % 4 === 1) return undefined;
  return Buffer.from(text, 'base64');
}
