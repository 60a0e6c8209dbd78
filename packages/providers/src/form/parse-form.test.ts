import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForm, parsePayloadForm } from './parse-form.ts';

describe('parseForm', () => {
  it('reads what URLSearchParams writes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' })),
        (fields) => {
          const entries = Object.entries(fields).filter(
            ([name, value]) => name.isWellFormed() && value.isWellFormed(),
          );
          const form = parseForm(Buffer.from(new URLSearchParams(entries).toString()));
          expect(form).toEqual({ ok: true, fields: new Map(entries) });
        },
      ),
    );
  });

  it('a plus is a space, and a field may lack its value', () => {
    expect(parseForm(Buffer.from('a=1+2%2B3&b&&c='))).toEqual({
      ok: true,
      fields: new Map([
        ['a', '1 2+3'],
        ['b', ''],
        ['c', ''],
      ]),
    });
  });

  it.each([
    ['a name that occurs twice', 'a=1&a=2'],
    ['the same name in another spelling', 'a=1&%61=2'],
    ['an escape that is none', 'a=%zz'],
    ['an escape that is cut', 'a=%4'],
    ['escapes that are not UTF-8', 'a=%ff'],
    ['bytes that should have been escaped', 'a=ä'],
    ['too many fields', Array.from({ length: 1001 }, (_, index) => `f${index}=1`).join('&')],
  ])('refuses %s', (_name, text) => {
    expect(parseForm(Buffer.from(text))).toMatchObject({ ok: false, code: 'malformed_body' });
  });

  it('gives the bytes of the payload', () => {
    const form = parsePayloadForm(
      Buffer.from('payload=%7B%22n%22%3A9007199254740993%2C%22t%22%3A%22%C3%A4+%5Cu00e4%22%7D'),
    );
    expect(form.ok && form.payload.toString()).toBe('{"n":9007199254740993,"t":"ä \\u00e4"}');
    expect(parsePayloadForm(Buffer.from('other=1'))).toMatchObject({
      code: 'missing_form_payload',
      status: 400,
    });
  });
});
