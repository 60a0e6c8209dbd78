/** An XML tag. A `/` at its start closes an element; a `/` at its end marks an empty element. */
const TAG = /<([^<>]*)>/g;
const NAME = /^\/?([A-Za-z_][\w.-]*)/;

/**
 * The raw text of the first child of the root with that name, in an XML document in base64. No entity is resolved.
 * Undefined if there is no such child, or if it contains elements. Only for values that are irrelevant to verification.
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
