import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { compileHmacScheme, type HmacScheme } from './hmac.ts';

const signature = { header: 'x-signature' };
const timestamp = { header: 'x-timestamp', toleranceSeconds: 300 };

describe('a definition that could not work is an error at load', () => {
  const wrong: [string, Partial<HmacScheme>, RegExp][] = [
    ['an unknown placeholder', { message: '{body}{ts}' }, /unknown placeholder "{ts}"/],
    ['a header name in upper case', { message: '{header:X-Id}{body}' }, /unknown placeholder/],
    ['a placeholder without end', { message: '{body}{timestamp', timestamp }, /without end/],
    ['an end without placeholder', { message: '{body}}' }, /"}" without "{"/],
    ['a message without the body', { message: '{timestamp}', timestamp }, /does not cover the body/],
    ['a timestamp that is signed and not declared', { message: '{timestamp}.{body}' }, /do not fit/],
    ['a timestamp that is declared and not signed', { timestamp }, /do not fit/],
    ['an upper-case header', { signature: { header: 'X-Signature' } }, /not a header name in lower case/],
    ['no separators', { signature: { ...signature, separators: '' } }, /separators .* are empty/],
    [
      'a tolerance that is no number',
      { message: '{timestamp}{body}', timestamp: { ...timestamp, toleranceSeconds: Number.NaN } },
      /toleranceSeconds/,
    ],
  ];
  it.each(wrong)('%s', (_name, definition, message) => {
    expect(() => compileHmacScheme({ signature, encoding: 'hex', ...definition })).toThrow(
      expect.objectContaining({
        name: 'SchemeDefinitionError',
        code: 'invalid_scheme_definition',
        message: expect.stringMatching(message),
      }),
    );
  });
});

describe('the other members of the family', () => {
  const body = Buffer.from('{"a":1}');
  const key = Buffer.alloc(32, 9);

  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('%s in every encoding', (hash) => {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      const scheme = compileHmacScheme({ signature, encoding, hash });
      const value = createHmac(hash, 'a key').update(body).digest(encoding);
      const verify = (text: string) =>
        scheme.verify({
          request: request({ headers: { 'x-signature': [text] }, rawBody: body }),
          secrets: ['a key'],
        });
      expect(verify(value).ok).toBe(true);
      expect(verify(value.slice(0, -1))).toMatchObject({ code: 'malformed_signature' });
      expect(verify(` ${value}`)).toMatchObject({ code: 'malformed_signature' });
    }
  });

  it('takes hexadecimal digits of either case', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'hex' });
    const value = createHmac('sha256', 'a key').update(body).digest('hex').toUpperCase();
    const signed = request({ headers: { 'x-signature': [value] }, rawBody: body });
    expect(scheme.verify({ request: signed, secrets: ['a key'] }).ok).toBe(true);
  });

  it('takes no other spelling of the same bytes in base64', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'base64' });
    const value = createHmac('sha256', 'a key').update(body).digest('base64');
    const bits = value.at(-2) ?? '';
    const other = `${value.slice(0, -2)}${String.fromCharCode(bits.charCodeAt(0) + 1)}=`;
    expect(Buffer.from(other, 'base64')).toEqual(Buffer.from(value, 'base64'));
    const signed = request({ headers: { 'x-signature': [other] }, rawBody: body });
    expect(scheme.verify({ request: signed, secrets: ['a key'] })).toMatchObject({
      code: 'malformed_signature',
    });
  });

  it('takes no base64 of as many characters and more bytes, which a comparison in constant time would throw at', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'base64' });
    const value = createHmac('sha256', 'a key').update(body).digest('base64').replace('=', '/');
    expect(Buffer.from(value, 'base64')).toHaveLength(33);
    const signed = request({ headers: { 'x-signature': [value] }, rawBody: body });
    expect(scheme.verify({ request: signed, secrets: ['a key'] })).toMatchObject({
      code: 'malformed_signature',
    });
  });

  it('a secret that is not base64 where it must be is said to be that, and the others still count', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'hex', key: { base64After: 'whsec_' } });
    const value = createHmac('sha256', key).update(body).digest('hex');
    const signed = request({ headers: { 'x-signature': [value] }, rawBody: body });
    const good = `whsec_${key.toString('base64')}`;
    for (const bad of ['whsec_', 'whsec_***', 'whsec_AAAA', 'whsec_=', `${good}=`, 'not base64 at all']) {
      expect(scheme.checkSecret(bad)).toEqual(expect.any(String));
      expect(scheme.verify({ request: signed, secrets: [bad] })).toMatchObject({
        ok: false,
        code: 'invalid_secret',
        status: 500,
      });
      expect(scheme.verify({ request: signed, secrets: [bad, good] })).toEqual({ ok: true, secretIndex: 1 });
    }
    expect(scheme.verify({ request: signed, secrets: [good.slice(6)] }).ok).toBe(true);
    expect(scheme.verify({ request: signed, secrets: [good.replace(/=+$/, '')] }).ok).toBe(true);
  });

  it('does not check the age where the provider repeats an old timestamp', () => {
    const scheme = compileHmacScheme({
      signature,
      encoding: 'hex',
      message: '{timestamp}{body}',
      timestamp: { ...timestamp, toleranceSeconds: null },
    });
    const value = createHmac('sha256', 'a key').update('12').update(body).digest('hex');
    const signed = request({ headers: { 'x-signature': [value], 'x-timestamp': ['12'] }, rawBody: body });
    expect(scheme.verify({ request: signed, secrets: ['a key'] }).ok).toBe(true);
    expect(scheme.verify({ request: signed, secrets: ['a key'], toleranceSeconds: 300 })).toMatchObject({
      code: 'timestamp_out_of_tolerance',
    });
  });

  it('refuses a signed header with a dot, which could move bytes from one part to the next', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'hex', message: '{header:x-id}.{body}' });
    const sign = (id: string) =>
      request({
        headers: {
          'x-signature': [createHmac('sha256', 'a key').update(`${id}.`).update(body).digest('hex')],
          'x-id': [id],
        },
        rawBody: body,
      });
    expect(scheme.verify({ request: sign('id'), secrets: ['a key'] }).ok).toBe(true);
    for (const id of ['i.d', 'i d', 'ü', 'i'.repeat(257)]) {
      expect(scheme.verify({ request: sign(id), secrets: ['a key'] })).toMatchObject({
        code: 'malformed_header',
      });
    }
  });
});
