import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseMultipart } from './parse-multipart.ts';

const parse = (bytes: Buffer, boundary?: string) => {
  const fields = parseMultipart(bytes, boundary);
  return fields instanceof Map ? Object.fromEntries(fields) : fields;
};
const part = (name: string, content: string, more = '') =>
  `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`;
const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

it('reads the body of a browser’s FormData', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })), {
        maxLength: 8,
      }),
      fc.uint8Array({ maxLength: 200 }),
      async (entries, file) => {
        const sent = new FormData();
        const expected = new Map<string, string[]>();
        for (const [name, value] of entries) {
          // FormData sends line breaks as CR LF, and escapes them in names.
          if (!name.isWellFormed() || !value.isWellFormed() || /[\r\n"\\]|\[\]$|^file$/.test(name + value))
            continue;
          sent.append(name, value);
          expected.set(name, [...(expected.get(name) ?? []), value]);
        }
        sent.append('file', new Blob([new Uint8Array(file)], { type: 'image/png' }), 'a "picture".png');
        const request = new Request('http://h', { method: 'POST', body: sent });
        const boundary = /boundary=(.+)$/.exec(request.headers.get('content-type') ?? '')?.[1];
        const fields = parseMultipart(Buffer.from(await request.arrayBuffer()), boundary);
        if (!(fields instanceof Map)) throw new Error(JSON.stringify(fields));
        const reference = fields.get('file');
        fields.delete('file');
        expect(Object.fromEntries(fields)).toEqual(
          Object.fromEntries(
            [...expected].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
          ),
        );
        expect(reference).toEqual({
          name: 'a %22picture%22.png',
          contentType: 'image/png',
          size: file.length,
          sha256: createHash('sha256').update(file).digest('hex'),
        });
      },
    ),
  );
});

it('fields are texts, and a file is a reference with name, size and hash', () => {
  const body = Buffer.from(
    `before\r\n${part('a', '1')}${part('tags[]', 'x')}${part('a', 'zwei\r\nä')}${part('f', 'content', '; filename="a.txt"\r\nContent-Type: text/plain')}${part('empty', '')}--b--\r\nafter`,
  );
  expect(parse(body, 'b')).toEqual({
    a: ['1', 'zwei\r\nä'],
    'tags[]': ['x'],
    f: { name: 'a.txt', contentType: 'text/plain', size: 7, sha256: sha256('content') },
    empty: '',
  });
  expect(parse(Buffer.from(body.toString().replaceAll('\r\n', '\n')), 'b')).toMatchObject({
    a: ['1', 'zwei\nä'],
  });
  expect(parse(Buffer.from('--b--\r\n'), 'b')).toEqual({});
});

it('a field in another charset is decoded in that charset', () => {
  const head =
    '--b\r\nContent-Disposition: form-data; name=n\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n\r\n';
  const body = Buffer.from(`${head}caf\xe9\r\n--b--`, 'latin1');
  expect(parse(body, 'b')).toEqual({ n: 'café' });
});

it.each([
  ['no boundary', part('a', '1'), undefined],
  ['a boundary that is too long', part('a', '1'), 'x'.repeat(71)],
  ['another boundary than it has', `${part('a', '1')}--b--`, 'c'],
  ['no last boundary', `${part('a', '1')}--b\r\n`, 'b'],
  ['a part that is cut', '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n12', 'b'],
  ['a part without a name', '--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--', 'b'],
  ['a part without an empty line', '--b\r\nContent-Disposition: form-data; name="a"\r\n--b--', 'b'],
  ['too many parts', `${part('a', '1').repeat(1001)}--b--`, 'b'],
  ['headers without end', `--b\r\n${'x'.repeat(9000)}\r\n\r\n1\r\n--b--`, 'b'],
  ['nothing', '', 'b'],
])('refuses %s', (_what, text, boundary) => {
  expect(parse(Buffer.from(text), boundary)).toMatchObject({ ok: false, code: 'malformed_body' });
});
