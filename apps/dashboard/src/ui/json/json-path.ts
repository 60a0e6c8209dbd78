import { ARRAY, type JsonDocument, keyOf } from './scan-json.ts';

/** The names and positions that lead from the root to a value. */
export function segmentsOf(document: JsonDocument, node: number): readonly (string | number)[] {
  const segments: (string | number)[] = [];
  for (let at = node; ; ) {
    const parent = document.parent[at] ?? -1;
    if (parent < 0) return segments.reverse();
    segments.push(
      document.kind[parent] === ARRAY ? (document.position[at] ?? 0) : (keyOf(document, at) ?? ''),
    );
    at = parent;
  }
}

/** `data.items[3]["a b"]`, as one writes it in JavaScript. The root is empty. */
export function dotPath(segments: readonly (string | number)[]): string {
  let path = '';
  for (const segment of segments) {
    if (typeof segment === 'number') path += `[${segment}]`;
    else if (IDENTIFIER.test(segment)) path += path === '' ? segment : `.${segment}`;
    else path += `[${JSON.stringify(segment)}]`;
  }
  return path;
}

/** `/data/items/3/a b`: a JSON pointer (RFC 6901). */
export const jsonPointer = (segments: readonly (string | number)[]): string =>
  segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
