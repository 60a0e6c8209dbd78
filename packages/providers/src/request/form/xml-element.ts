/** A tag of XML: `/` at its start closes, at its end the element is empty. */
const TAG = /<([^<>]*)>/g;
const NAME = /^\/?([A-Za-z_][\w.-]*)/;

/**
 * The text of the first element of that name right below the root of an XML document in base64, as it is written there:
 * no entity is resolved. Undefined if there is none, or if it holds more than a text. For values that decide nothing
 * about trust.
 */
export function elementOf(base64: string, name: string): string | undefined {
  const xml = Buffer.from(base64, 'base64').toString('utf8');
  let depth = 0;
  for (const { 0: tag, 1: inside = '', index } of xml.matchAll(TAG)) {
    const found = NAME.exec(inside)?.[1];
    // Declarations and comments.
    if (found === undefined) continue;
    if (inside.startsWith('/')) {
      depth--;
      continue;
    }
    if (depth === 1 && found === name) {
      const start = index + tag.length;
      const end = xml.indexOf('<', start);
      return xml.startsWith(`</${name}`, end) ? xml.slice(start, end) : undefined;
    }
    if (!inside.endsWith('/')) depth++;
  }
  return undefined;
}
