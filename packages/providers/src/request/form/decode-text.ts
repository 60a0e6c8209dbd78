import { TextDecoder } from 'node:util';

/**
 * The text that bytes are in a charset, by the names that the WHATWG Encoding Standard gives it. What cannot be decoded
 * becomes U+FFFD. Without a charset, with one that is not known, and with UTF-16, which no form is sent in, it is UTF-8.
 */
export function decodeText(bytes: Buffer, charset: string | undefined): string {
  const decoder = charset === undefined || UTF8.test(charset) ? undefined : decoderOf(charset);
  return decoder === undefined ? bytes.toString('utf8') : decoder.decode(bytes);
}

const UTF8 = /^utf-?8$/i;

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    const decoder = new TextDecoder(charset);
    return decoder.encoding.startsWith('utf-') ? undefined : decoder;
  } catch {
    return undefined;
  }
}
