/** A text of a given length that tries to make a parser read the same characters repeatedly. */
export interface HostileText {
  name: string;
  make(length: number): string;
}

const PIECES = [
  '\n',
  '\r\n',
  ' ',
  '\t',
  '"',
  '\\',
  '\\"',
  "'",
  "'\\''",
  '[',
  '{',
  '{"a":',
  '[{"',
  '(',
  '<a>',
  '<a b="c"/>',
  '<!--',
  '&',
  '&#39;',
  '&amp;',
  '%',
  '%41',
  '%u',
  '=',
  'a=b&',
  ';',
  ',',
  ':',
  '/',
  '../',
  '.',
  '-',
  '+',
  '0',
  '1e9',
  'a',
  'Z_',
  'é',
  '😀',
  '\ud800',
  '\u0000',
  '@',
  '#',
  '$',
  '$1',
  '*',
  '^',
  '\\u0041',
  '\\x41',
  'token=',
  '"token":"',
  'secret',
  '-----BEGIN ',
  '{option:',
  't=1,v1=',
  '::',
  'Bearer ',
  'http://',
];

/** Contexts of each piece: alone, in quotes, in JSON, and before text that matches nothing. */
const FRAMES: readonly (readonly [before: string, after: string])[] = [
  ['', ''],
  ['', '\u0001!'],
  ['"', '"'],
  ['{"a":"', '"}'],
  ['a=', ''],
  ['curl -d "', '" https://example.com'],
];

export const HOSTILE_TEXTS: readonly HostileText[] = PIECES.flatMap((piece) =>
  FRAMES.map(([before, after]) => ({
    name: JSON.stringify(`${before}${piece}…${after}`),
    make: (length: number) =>
      before + piece.repeat(Math.ceil(length / piece.length)).slice(0, Math.max(0, length)) + after,
  })),
);

const number = (length: number) => Math.max(1, Math.floor(length));

/** Valid JSON whose shape is unusual. */
export const HOSTILE_JSON: readonly HostileText[] = [
  { name: 'many members', make: (length) => object(length / 14, (index) => `"member${index}":1`) },
  { name: 'one member many times', make: (length) => object(length / 8, () => '"type":1') },
  {
    name: 'members that begin alike',
    make: (length) => object(length / 110, (index) => `"${'a'.repeat(100)}${index}":1`),
  },
  { name: 'members in escapes', make: (length) => object(length / 18, (index) => `"\\u0061${index}":"\\n"`) },
  { name: 'many items', make: (length) => list(length / 2, () => '1') },
  { name: 'many objects', make: (length) => list(length / 14, () => '{"id":1,"a":2}') },
  { name: 'long numbers', make: (length) => `[${'9'.repeat(number(length))}]` },
  { name: 'white space', make: (length) => `{${' \n'.repeat(number(length / 2))}"a":1}` },
  { name: 'one text of quotes', make: (length) => JSON.stringify('"'.repeat(number(length / 2))) },
  {
    name: 'one text of backslashes',
    make: (length) => `{"a":${JSON.stringify('\\'.repeat(number(length / 2)))}}`,
  },
  {
    name: 'nested to the limit',
    make: (length) => list(length / 500, () => '['.repeat(200) + ']'.repeat(200)),
  },
];

function object(count: number, member: (index: number) => string): string {
  return `{${Array.from({ length: number(count) }, (_, index) => member(index)).join(',')}}`;
}

function list(count: number, item: (index: number) => string): string {
  return `[${Array.from({ length: number(count) }, (_, index) => item(index)).join(',')}]`;
}
