import { isContainer, type JsonDocument, keyOf, valueText } from './scan-json.ts';

/** The values whose name or whose own text has the words, in whatever case. */
export function searchJson(document: JsonDocument, words: string): readonly number[] {
  const wanted = words.toLowerCase();
  if (wanted === '') return [];
  const found: number[] = [];
  for (let node = 0; node < document.kind.length; node += 1) {
    const name = keyOf(document, node);
    if (
      name?.toLowerCase().includes(wanted) ||
      (!isContainer(document, node) && valueText(document, node).toLowerCase().includes(wanted))
    ) {
      found.push(node);
    }
  }
  return found;
}

/** The pieces of a text that are the words, and those between them, in order. */
export function markWords(text: string, words: string): readonly { text: string; isFound: boolean }[] {
  const lower = text.toLowerCase();
  const wanted = words.toLowerCase();
  // Some characters have a lower case of another length, such as İ. Then the places in both texts are not the same.
  if (wanted === '' || lower.length !== text.length) return [{ text, isFound: false }];
  const pieces: { text: string; isFound: boolean }[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), isFound: false });
    pieces.push({ text: text.slice(at, at + wanted.length), isFound: true });
    from = at + wanted.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isFound: false });
  return pieces;
}
