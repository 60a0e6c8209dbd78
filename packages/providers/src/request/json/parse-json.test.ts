import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idAt, textAt, valueAt } from './json-access.ts';
import { MAX_JSON_DEPTH, parseJson, parseJsonObject } from './parse-json.ts';

const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));

describe('parseJson', () => {
  it('parses what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(Buffer.from(text))).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  const refused: [string, Buffer, string][] = [
    ['nothing', Buffer.alloc(0), 'malformed_body'],
    ['text', Buffer.from('Hello, World!'), 'malformed_body'],
    ['half of it', Buffer.from('{"a":'), 'malformed_body'],
    ['a byte order mark and nothing else', Buffer.from('\ufeff'), 'malformed_body'],
    ['two byte order marks', Buffer.from('\ufeff\ufeff{}'), 'malformed_body'],
    ['bytes that are not UTF-8', Buffer.from('7b2261223a22ff227d', 'hex'), 'malformed_body'],
    ['a form', Buffer.from('payload=%7B%7D'), 'malformed_body'],
    ['257 levels', nested(MAX_JSON_DEPTH + 1), 'body_too_deep'],
    ['200,000 levels', nested(200_000), 'body_too_deep'],
    ['many openings', Buffer.from('{"a":['.repeat(100_000)), 'body_too_deep'],
  ];
  it.each(refused)('refuses %s', (_name, bytes, code) => {
    expect(parseJson(bytes)).toMatchObject({ ok: false, code, status: 400 });
  });

  it('ignores a byte order mark', () => {
    expect(parseJson(Buffer.from('\ufeff {"a":[1]}'))).toEqual({ ok: true, value: { a: [1] } });
  });

  it('counts only brackets that are structure', () => {
    expect(parseJson(nested(MAX_JSON_DEPTH)).ok).toBe(true);
    expect(parseJson(Buffer.from(JSON.stringify({ text: '[{'.repeat(1000) }))).ok).toBe(true);
    expect(parseJson(Buffer.from(JSON.stringify({ text: `"\\${'['.repeat(1000)}` }))).ok).toBe(true);
    expect(parseJson(Buffer.from(`[${'[],'.repeat(1000)}[]]`)).ok).toBe(true);
  });

  it('does not quote the body in its message', () => {
    expect(JSON.stringify(parseJson(Buffer.from('{"name":"a person" oops')))).not.toContain('person');
  });

  it('parseJsonObject takes objects only', () => {
    for (const text of ['[]', 'null', '1', '"a"']) {
      expect(parseJsonObject(Buffer.from(text))).toMatchObject({ ok: false, code: 'malformed_body' });
    }
    expect(parseJsonObject(Buffer.from('{}')).ok).toBe(true);
  });
});

describe('reading parsed JSON', () => {
  const body: unknown = JSON.parse(
    '{"__proto__":{"admin":true},"a":{"b":"c","n":9007199254740993,"i":7,"e":""}}',
  );

  it('sees own members only', () => {
    expect(valueAt(body, 'a', 'b')).toBe('c');
    expect(valueAt(body, 'constructor')).toBeUndefined();
    expect(valueAt(body, 'a', 'b', 'length')).toBeUndefined();
    expect(valueAt(body, 'admin')).toBeUndefined();
    expect(valueAt(body, '__proto__', 'admin')).toBe(true);
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it('an empty text and a number that lost digits are not identifiers', () => {
    expect(idAt(body, 'a', 'i')).toBe('7');
    expect(idAt(body, 'a', 'n')).toBeUndefined();
    expect(idAt(body, 'a', 'e')).toBeUndefined();
    expect(textAt(body, 'a', 'e')).toBeUndefined();
    expect(textAt(body, 'a', 'i')).toBeUndefined();
  });
});
