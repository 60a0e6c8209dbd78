import { TextDecoder } from 'node:util';

/**
 * Decodes bytes in a charset, by the names of the WHATWG Encoding Standard. Invalid bytes become U+FFFD. Without a
 * charset, with an unknown charset, and with UTF-16 (no form is sent in UTF-16), the bytes are decoded as UTF-8.
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
