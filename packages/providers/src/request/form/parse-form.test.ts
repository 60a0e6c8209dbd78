import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pairsOf } from './form-fields.ts';
import { parseForm } from './parse-form.ts';

const parse = (text: string | Buffer, charset?: string) => {
  const fields = parseForm(Buffer.from(text as string), charset);
  return fields instanceof Map ? Object.fromEntries(fields) : fields;
};

it('whatever the bytes, the fields are those that the URL Standard’s parser finds', () => {
  // In ASCII: Node's URLSearchParams loses bits of unescaped text next to an escape.
  const piece = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.string({ unit: 'binary' }).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom('%', '%4', '%zz', '%41', '%ff', '+', '&', '=', '&&', '==', '%EF%BB%BF'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('');
      const fields = parseForm(Buffer.from(text));
      if (!(fields instanceof Map)) throw new Error('The form was refused.');
      const sorted = (pairs: Iterable<readonly [string, string]>) =>
        [...pairs].map(([name, value]) => `${name}\0${value}`).sort();
      // The constructor removes a leading question mark; the parser of bodies does not.
      const standard = new URLSearchParams(text.startsWith('?') ? `?${text}` : text);
      expect(sorted(pairsOf(fields))).toEqual(sorted(standard));
    }),
    { numRuns: 2_000 },
  );
});

it.each([
  [
    'a bare percent sign stays',
    'text=CPU at 100% on db1&b=%zz%4',
    { text: 'CPU at 100% on db1', b: '%zz%4' },
  ],
  ['bytes that are no UTF-8 become U+FFFD', 'name=caf%E9&a=%ff', { name: 'caf\ufffd', a: '\ufffd' }],
  ['a plus is a space, and a field may lack its value', 'a=1+2%2B3&b&&c=', { a: '1 2+3', b: '', c: '' }],
  ['text that was not escaped is UTF-8', 'a=ä', { a: 'ä' }],
  [
    'a repeated name has a list of its values in their order',
    'tags=y&n=1&%74ags=x',
    { tags: ['y', 'x'], n: '1' },
  ],
  [
    'a name that ends in brackets has a list, also of one',
    'tags[]=x&tags%5B%5D=y&one[]=z',
    { 'tags[]': ['x', 'y'], 'one[]': ['z'] },
  ],
  ['__proto__ is a field', '__proto__=1', JSON.parse('{"__proto__":"1"}')],
])('%s', (_what, text, fields) => {
  expect(parse(text)).toEqual(fields);
});

it.each([
  ['ISO-8859-1', 'name=caf%E9', 'café'],
  ['windows-1252', 'name=%80', '€'],
  ['Shift_JIS', 'name=%93%FA', '日'],
  ['utf-8', 'name=%C3%A4', 'ä'],
  ['UTF-16', 'name=%C3%A4', 'ä'],
  ['no-such-charset', 'name=%C3%A4', 'ä'],
])('the charset %s is honoured', (charset, text, name) => {
  expect(parse(text, charset)).toEqual({ name });
});

it('a form of too many fields is refused, however often one name is repeated', () => {
  expect(
    Object.keys(parse(Array.from({ length: 1000 }, (_, index) => `f${index}=1`).join('&'))),
  ).toHaveLength(1000);
  for (const name of ['f', 'g']) {
    const text = Array.from({ length: 1001 }, (_, index) => `${name === 'f' ? name : index}=1`).join('&');
    expect(parse(text)).toMatchObject({ ok: false, code: 'malformed_body' });
  }
});
