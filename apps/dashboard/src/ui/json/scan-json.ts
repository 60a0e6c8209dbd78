export const OBJECT = 0;
export const ARRAY = 1;
export const STRING = 2;
export const NUMBER = 3;
/** `true`, `false` or `null`. */
export const WORD = 4;

/**
 * The values of a JSON text in the order in which they are written. A value is an index into these lists. Nothing is
 * converted, so numbers keep all their digits, members their order, and a member that is there twice is there twice.
 */
export interface JsonDocument {
  readonly text: string;
  readonly kind: readonly number[];
  /** Where the value begins in the text, and where it ends. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** Where the name of a member begins, with its quotation mark; -1 for items of arrays and for the root. */
  readonly keyStart: readonly number[];
  readonly keyEnd: readonly number[];
  readonly parent: readonly number[];
  readonly depth: readonly number[];
  /** Which child of its parent the value is. */
  readonly position: readonly number[];
  readonly childCount: readonly number[];
  /** The last value inside this one; itself if there is none. */
  readonly last: readonly number[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Finds the values in one pass, without recursion.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function scanJson(text: string): JsonDocument {
  JSON.parse(text);
  const kind: number[] = [];
  const start: number[] = [];
  const end: number[] = [];
  const keyStart: number[] = [];
  const keyEnd: number[] = [];
  const parent: number[] = [];
  const depth: number[] = [];
  const position: number[] = [];
  const childCount: number[] = [];
  const last: number[] = [];
  const open: number[] = [];
  let nameStart = -1;
  let nameEnd = -1;

  const add = (valueKind: number, from: number, to: number): number => {
    const node = kind.length;
    const container = open.at(-1) ?? -1;
    kind.push(valueKind);
    start.push(from);
    end.push(to);
    keyStart.push(nameStart);
    keyEnd.push(nameEnd);
    parent.push(container);
    depth.push(open.length);
    const siblings = childCount[container] ?? 0;
    position.push(siblings);
    if (container >= 0) childCount[container] = siblings + 1;
    childCount.push(0);
    last.push(node);
    nameStart = -1;
    nameEnd = -1;
    return node;
  };

  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    switch (character) {
      case '{':
      case '[':
        open.push(add(character === '{' ? OBJECT : ARRAY, at, at));
        at += 1;
        break;
      case '}':
      case ']': {
        const closed = open.pop() as number;
        at += 1;
        end[closed] = at;
        last[closed] = kind.length - 1;
        break;
      }
      case '"': {
        const after = stringEnd(text, at);
        const container = open.at(-1);
        if (container !== undefined && kind[container] === OBJECT && nameStart < 0) {
          nameStart = at;
          nameEnd = after;
        } else {
          add(STRING, at, after);
        }
        at = after;
        break;
      }
      case ',':
      case ':':
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        at += 1;
        break;
      default: {
        const after = bareEnd(text, at);
        add(character === '-' || (character >= '0' && character <= '9') ? NUMBER : WORD, at, after);
        at = after;
      }
    }
  }
  return { text, kind, start, end, keyStart, keyEnd, parent, depth, position, childCount, last };
}

function stringEnd(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at + 1;
    at += unit === BACKSLASH ? 2 : 1;
  }
}

function bareEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !',]} \n\r\t'.includes(text[at] as string)) at += 1;
  return at;
}

export const isContainer = (document: JsonDocument, node: number): boolean =>
  document.kind[node] === OBJECT || document.kind[node] === ARRAY;

/** The value as it is written. */
export const sourceOf = (document: JsonDocument, node: number): string =>
  document.text.slice(document.start[node], document.end[node]);

/** What a person copies: a string without its quotation marks, everything else as it is written. */
export function valueText(document: JsonDocument, node: number): string {
  const source = sourceOf(document, node);
  return document.kind[node] === STRING ? unquoted(source) : source;
}

/** The name of a member; undefined for the root and for items of arrays. */
export function keyOf(document: JsonDocument, node: number): string | undefined {
  const from = document.keyStart[node] ?? -1;
  return from < 0 ? undefined : unquoted(document.text.slice(from, document.keyEnd[node]));
}

const unquoted = (source: string): string =>
  source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1);
