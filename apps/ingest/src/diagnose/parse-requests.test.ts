import { ApiError } from '@hookline/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCurl } from './parse-curl.ts';
import { parseRawRequest } from './parse-raw-request.ts';

test('a curl command is parsed in the form of documentation and in the form that browsers copy', () => {
  const request = parseCurl(
    `curl -sS -XPOST 'https://h.example/in/abc?x=1' -H 'Content-Type: application/json' \\\n -H "X-Sig: a=b" -A Agent/1 --data-raw '{"a":"@b"}'`,
  );
  expect(request).toEqual({
    method: 'POST',
    url: 'https://h.example/in/abc?x=1',
    headers: new Map([
      ['content-type', ['application/json']],
      ['x-sig', ['a=b']],
      ['user-agent', ['Agent/1']],
    ]),
    body: Buffer.from('{"a":"@b"}'),
  });
});

test('curl data makes a POST with a form body, several data options are joined, and a header may occur twice', () => {
  const request = parseCurl(`curl h -d a=1 --data b=2 -H 'X-A: 1' -H 'x-a: 2'`);
  expect([request.method, request.body.toString(), request.headers.get('x-a')]).toEqual([
    'POST',
    'a=1&b=2',
    ['1', '2'],
  ]);
  expect(request.headers.get('content-type')).toEqual(['application/x-www-form-urlencoded']);
  expect(parseCurl('curl h').method).toBe('GET');
});

test('an option that would change the request is refused by its name', () => {
  for (const [text, why] of [
    ['wget h', /does not begin/],
    ['curl h -F a=b', /-F is not supported/],
    ['curl h -u a:b', /-u is not supported/],
    ['curl h --data-urlencode a=b', /--data-urlencode/],
    ['curl h -d @file', /names a file/],
    ['curl h i', /more than one URL/],
    ['curl h -H', /has no value/],
    ["curl h -H 'no header'", /is not a header/],
  ] as const) {
    expect(() => parseCurl(text)).toThrow(why);
  }
});

test('the text of an HTTP request is parsed with and without its request line, and with LF or CRLF line breaks', () => {
  const body = '{"a":1}\n';
  const head = ['X-A: 1', 'x-a:2', 'Content-Type: application/json', '', body];
  for (const lineBreak of ['\n', '\r\n']) {
    const whole = parseRawRequest(['PUT /in/abc HTTP/1.1', ...head].join(lineBreak));
    expect([whole.method, whole.url, whole.body.toString()]).toEqual(['PUT', '/in/abc', body]);
    const part = parseRawRequest(head.join(lineBreak));
    expect([part.method, part.url, part.headers.get('x-a')]).toEqual(['POST', undefined, ['1', '2']]);
  }
  expect(() => parseRawRequest('X-A: 1\n{"a":1}')).toThrow(/line 2 is not a header/);
});

test('the body is everything after the first empty line, to the last character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (body) => {
      const sent = body.toWellFormed();
      expect(parseRawRequest(`POST / HTTP/1.1\r\nA: b\r\n\r\n${sent}`).body.toString()).toBe(sent);
    }),
  );
});

test('every text is parsed or refused with a clear error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [() => parseRawRequest(text), () => parseCurl(`curl ${text}`)]) {
        try {
          parse();
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }
    }),
  );
});
