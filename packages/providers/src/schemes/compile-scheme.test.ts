import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { compileHmacScheme, type HmacScheme } from './hmac.ts';

const signature = { header: 'x-signature' };
const timestamp = { header: 'x-timestamp', dates: 'unknown', toleranceSeconds: 300 } as const;

describe('an invalid definition is an error at load', () => {
  const wrong: [string, Partial<HmacScheme>, RegExp][] = [
    ['an unknown placeholder', { message: '{body}{ts}' }, /unknown placeholder "{ts}"/],
    ['a header name in upper case', { message: '{header:X-Id}{body}' }, /unknown placeholder/],
    ['a placeholder without end', { message: '{body}{timestamp', timestamp }, /placeholder without "}"/],
    ['an end without placeholder', { message: '{body}}' }, /"}" without "{"/],
    ['a message without the body', { message: '{timestamp}', timestamp }, /must cover the body/],
    [
      'a timestamp that is signed and not declared',
      { message: '{timestamp}.{body}' },
      /must contain \{timestamp\}/,
    ],
    ['a timestamp that is declared and not signed', { timestamp }, /must contain \{timestamp\}/],
    ['an upper-case header', { signature: { header: 'X-Signature' } }, /must be a header name in lower case/],
    ['no separators', { signature: { ...signature, separators: '' } }, /separators must not be empty/],
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

  it('accepts hexadecimal digits of either case', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'hex' });
    const value = createHmac('sha256', 'a key').update(body).digest('hex').toUpperCase();
    const signed = request({ headers: { 'x-signature': [value] }, rawBody: body });
    expect(scheme.verify({ request: signed, secrets: ['a key'] }).ok).toBe(true);
  });

  it('refuses another spelling of the same bytes in base64', () => {
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

  it('refuses base64 of the same length that has more bytes, for which a comparison in constant time would throw', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'base64' });
    const value = createHmac('sha256', 'a key').update(body).digest('base64').replace('=', '/');
    expect(Buffer.from(value, 'base64')).toHaveLength(33);
    const signed = request({ headers: { 'x-signature': [value] }, rawBody: body });
    expect(scheme.verify({ request: signed, secrets: ['a key'] })).toMatchObject({
      code: 'malformed_signature',
    });
  });

  it('the text before the first separator of a secret is not part of its base64', () => {
    const scheme = compileHmacScheme({ signature, encoding: 'hex', key: { base64AfterFirst: '_' } });
    const value = createHmac('sha256', key).update(body).digest('hex');
    const signed = request({ headers: { 'x-signature': [value] }, rawBody: body });
    const encoded = key.toString('base64');
    for (const secret of [`whsec_${encoded}`, `any_${encoded}`, `_${encoded}`, encoded]) {
      expect(scheme.verify({ request: signed, secrets: [secret] })).toEqual({ ok: true, secretIndex: 0 });
    }
    expect(scheme.checkSecret(`a_b_${encoded}`)).toMatch(/"_" followed by base64/);
  });

  it('a secret that must be base64 and is not is reported, and other secrets still count', () => {
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

  it('does not check the age if the provider repeats an old timestamp', () => {
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

describe('special cases of some senders', () => {
  const KEY = 'a key';
  const body = Buffer.from('{"name":"Zoë ☃"}');
  const mac = (...pieces: (string | Buffer)[]) => {
    const hmac = createHmac('sha256', KEY);
    for (const piece of pieces) hmac.update(piece);
    return hmac.digest('hex');
  };
  const verify = (
    scheme: Partial<HmacScheme>,
    headers: Record<string, string>,
    changed: Partial<Parameters<typeof request>[0]> = {},
  ) =>
    compileHmacScheme({ signature, encoding: 'hex', ...scheme }).verify({
      request: request({
        rawBody: body,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        ...changed,
      }),
      secrets: [KEY],
    });

  it('sign the body with everything outside ASCII escaped, or as it is', () => {
    const message = ['{body}', '{escapedBody}'] as const;
    const escaped = '{"name":"Zo\\u00eb \\u2603"}';
    expect(verify({ message }, { 'x-signature': mac(body) }).ok).toBe(true);
    expect(verify({ message }, { 'x-signature': mac(escaped) }).ok).toBe(true);
    expect(verify({}, { 'x-signature': mac(escaped) }).ok).toBe(false);
  });

  it('sign the path with its query, as received', () => {
    const message = '{method} {pathWithQuery} {body}';
    for (const path of ['/in/1', '/in/1?b=2&a=%41', '/in/1?']) {
      const url = `https://hooks.example.com${path}`;
      expect(verify({ message }, { 'x-signature': mac('POST ', path, ' ', body) }, { url }).ok).toBe(true);
      expect(verify({ message }, { 'x-signature': mac('POST /in ', body) }, { url }).ok).toBe(false);
    }
  });

  it('sign only the first item of a list', () => {
    const scheme = { message: '{bodyOrFirstItem}', bodyNotCovered: true } as const;
    const item = '{"a":"Zoë", "b":1}';
    const signed = { 'x-signature': mac(item) };
    expect(verify(scheme, signed, { rawBody: Buffer.from(item) }).ok).toBe(true);
    expect(verify(scheme, signed, { rawBody: Buffer.from(` [ ${item} , {"c":2}]`) }).ok).toBe(true);
    expect(verify(scheme, signed, { rawBody: Buffer.from(`[{"c":2},${item}]`) }).ok).toBe(false);
    expect(verify(scheme, signed, { rawBody: Buffer.from('[]') }).ok).toBe(false);
    expect(verify(scheme, signed, { rawBody: Buffer.from(`[${item}`) }).ok).toBe(false);
  });

  it('write signatures in one of two encodings', () => {
    const scheme = { encoding: ['hex', 'base64'] } as const;
    const hex = mac(body);
    expect(verify(scheme, { 'x-signature': hex }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': Buffer.from(hex, 'hex').toString('base64') }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': Buffer.from(hex, 'hex').toString('base64url') })).toMatchObject({
      code: 'malformed_signature',
      message: expect.stringContaining('64 hexadecimal digits or 32 bytes in base64'),
    });
  });

  it('put a comma and a space between signatures that have a comma themselves', () => {
    const scheme = { signature: { ...signature, separators: ' ', prefix: 'v1,' } };
    const other = 'a'.repeat(64);
    for (const list of [`v1,${mac(body)}, v1,${other}`, `v1,${other}, v1,${mac(body)}`]) {
      expect(verify(scheme, { 'x-signature': list }).ok).toBe(true);
    }
  });

  it('sign the address with some escapes decoded, or the address before a proxy', () => {
    const message = '{method}{decodedUrl}{body}';
    const url = 'https://hooks.example.com/in/1?to=https%3A%2F%2Fa.b%2Fc%20d&x=%26';
    const signed = 'https://hooks.example.com/in/1?to=https://a.b/c%20d&x=%26';
    expect(verify({ message }, { 'x-signature': mac('POST', signed, body) }, { url }).ok).toBe(true);
    expect(verify({ message }, { 'x-signature': mac('POST', url, body) }, { url }).ok).toBe(false);
  });

  it('put signatures into several headers while keys are rotated', () => {
    const scheme = { signature: { ...signature, moreHeaders: ['x-signature-2'] } };
    const wrong = '0'.repeat(64);
    expect(verify(scheme, { 'x-signature': wrong, 'x-signature-2': mac(body) }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature-2': mac(body) }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': mac(body) }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': mac(body), 'x-signature-2': '' })).toMatchObject({
      code: 'missing_signature',
    });
    expect(verify(scheme, {})).toMatchObject({ code: 'missing_signature' });
    const doubled = { headers: { 'x-signature-2': [mac(body), mac(body)] } };
    expect(verify(scheme, {}, doubled)).toMatchObject({ code: 'duplicate_header' });
  });

  it('repeat the header of the signature while keys are rotated, at most four times', () => {
    const scheme = { signature: { ...signature, prefix: 'sha256=', mayRepeat: true as const } };
    const [right, wrong] = [`sha256=${mac(body)}`, `sha256=${'0'.repeat(64)}`];
    const repeated = (...texts: string[]) => verify(scheme, {}, { headers: { 'x-signature': texts } });
    expect(repeated(wrong, right).ok).toBe(true);
    expect(repeated(right, wrong).ok).toBe(true);
    expect(repeated(right).ok).toBe(true);
    expect(repeated(wrong, wrong)).toMatchObject({ code: 'invalid_signature' });
    expect(repeated(wrong, wrong, wrong, wrong, right)).toMatchObject({ code: 'duplicate_header' });
    expect(repeated()).toMatchObject({ code: 'missing_signature' });
  });

  it('sign in one of several forms, of which one needs a value that this request lacks', () => {
    const scheme = { message: ['{body}', '{header:x-time}.{body}'] as const };
    const at = { 'x-time': '1700000000' };
    expect(verify(scheme, { 'x-signature': mac(body) }).ok).toBe(true);
    expect(verify(scheme, { ...at, 'x-signature': mac('1700000000.', body) }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': mac('.', body) })).toMatchObject({ code: 'invalid_signature' });
    const both = { message: ['{header:x-a}{body}', '{header:x-b}{body}'] as const };
    expect(verify(both, { 'x-signature': mac(body) })).toMatchObject({ code: 'missing_header' });
  });

  it('sign the address up to the question mark', () => {
    const scheme = { message: '{urlWithoutQuery}', bodyNotCovered: true };
    for (const url of ['https://hooks.example.com/in/1?a=b?c', 'https://hooks.example.com/in/1']) {
      const signed = { 'x-signature': mac('https://hooks.example.com/in/1') };
      expect(verify(scheme, signed, { url }).ok).toBe(true);
    }
  });

  it('make keys of a secret in one of several ways', () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const key = ['utf8', { base64After: 'whsec_' }] as const;
    const scheme = compileHmacScheme({ signature, encoding: 'hex', key });
    const signedBy = (by: string | Buffer, secrets = [secret]) =>
      scheme.verify({
        request: request({
          rawBody: body,
          headers: { 'x-signature': [createHmac('sha256', by).update(body).digest('hex')] },
        }),
        secrets,
      });
    expect(signedBy(secret)).toEqual({ ok: true, secretIndex: 0 });
    expect(signedBy(Buffer.alloc(32, 7))).toEqual({ ok: true, secretIndex: 0 });
    expect(signedBy(Buffer.alloc(32, 8))).toMatchObject({ code: 'invalid_signature' });
    expect(signedBy('chosen by hand', ['another', 'chosen by hand'])).toEqual({ ok: true, secretIndex: 1 });
    expect(scheme.checkSecret('chosen by hand')).toBeUndefined();
    const only = compileHmacScheme({ signature, encoding: 'hex', key: ['hex', { base64After: '' }] });
    expect(only.checkSecret('not a key!')).toMatch(/hexadecimal digits.*base64/);
  });

  it('pad base64url or not', () => {
    const value = createHmac('sha256', KEY).update(body).digest('base64url');
    const scheme = { encoding: 'base64url' as const };
    for (const text of [value, `${value}=`]) expect(verify(scheme, { 'x-signature': text }).ok).toBe(true);
    for (const text of [`${value}==`, `${value.slice(0, -1)}=`, `=${value}`]) {
      expect(verify(scheme, { 'x-signature': text })).toMatchObject({ code: 'malformed_signature' });
    }
  });

  it('sign a field of the body that is empty', () => {
    const scheme = { signature: { json: '/s' }, message: '{json:/a}{json:/b}', bodyNotCovered: true };
    const make = (a: string) => Buffer.from(`{${a}"b":"y","s":"${mac('y')}"}`);
    expect(verify(scheme, {}, { rawBody: make('"a":"",') }).ok).toBe(true);
    for (const a of ['', '"a":null,']) expect(verify(scheme, {}, { rawBody: make(a) }).ok).toBe(false);
  });

  it('put several timestamps into a header, each with a signature of its own', () => {
    const list = { header: 'x-signature', separators: ', ' };
    const scheme = {
      signature: { ...list, prefix: 'v1=' },
      message: '{timestamp}.{body}',
      timestamp: { ...list, prefix: 't=', dates: 'unknown' as const, toleranceSeconds: 300, several: true },
    };
    const group = (seconds: number, by = mac(`${seconds}.`, body)) => `t=${seconds},v1=${by}`;
    const [now, old] = [NOW_SECONDS, NOW_SECONDS - 1000];
    const wrong = '0'.repeat(64);
    expect(verify(scheme, { 'x-signature': `${group(now, wrong)} ${group(now - 1)}` }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': `${group(now)} ${group(now - 1, wrong)}` }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': `${group(now, wrong)} ${group(old)}` })).toMatchObject({
      code: 'timestamp_out_of_tolerance',
      details: { signatureMatches: true },
    });
    const many = Array.from({ length: 5 }, (_, index) => group(now - index)).join(' ');
    expect(verify(scheme, { 'x-signature': many })).toMatchObject({ code: 'malformed_timestamp' });
    const single = { ...scheme, timestamp: { ...scheme.timestamp, several: false } };
    expect(verify(single, { 'x-signature': `${group(now)} ${group(now - 1)}` })).toMatchObject({
      code: 'malformed_timestamp',
    });
  });

  it('list the timestamp and its signatures without names', () => {
    const list = { header: 'x-signature', separators: ',' };
    const scheme: Partial<HmacScheme> = {
      signature: { ...list, items: 'rest' },
      message: '{timestamp}.{body}',
      timestamp: { ...list, items: 'first', unit: 'auto', dates: 'unknown', toleranceSeconds: 300 },
    };
    const ms = `${NOW_SECONDS}123`;
    expect(verify(scheme, { 'x-signature': `${ms},${'0'.repeat(64)},${mac(`${ms}.`, body)}` }).ok).toBe(true);
    expect(verify(scheme, { 'x-signature': mac(`${ms}.`, body) })).toMatchObject({ ok: false });
  });

  it('sign in the body, which is not read beyond a megabyte for a stranger', () => {
    const scheme = {
      signature: { json: '/signature' },
      message: '{json:/a}{json:/n}{json:/b}',
      bodyNotCovered: true,
    };
    const make = (more = '') =>
      Buffer.from(
        `{"a":"x","n":9007199254740993,"b":false,"signature":"${mac('x9007199254740993false')}"${more}}`,
      );
    expect(verify(scheme, {}, { rawBody: make() }).ok).toBe(true);
    for (const rawBody of [
      Buffer.from('not json'),
      Buffer.from('{}'),
      Buffer.from('[]'),
      Buffer.alloc(0),
      Buffer.from(make().toString().replace('false', 'null')),
      Buffer.from(make().toString().replace('"x"', '{}')),
      make(`,"c":"${'x'.repeat(1_048_576)}"`),
    ]) {
      expect(verify(scheme, {}, { rawBody })).toMatchObject({ ok: false, status: 401 });
    }
  });

  it('sign a message that a handshake signs for any sender: it verifies no event', () => {
    const scheme = { refusedMessage: /^[0-9]+$/ };
    const digits = Buffer.from('123');
    expect(verify(scheme, { 'x-signature': mac(digits) }, { rawBody: digits })).toMatchObject({
      code: 'invalid_signature',
    });
    expect(verify(scheme, { 'x-signature': mac(body) }).ok).toBe(true);
  });

  it('hash the secret with the message', () => {
    const scheme: Partial<HmacScheme> = { keyed: 'digest', message: '{body}{secret}', hash: 'sha1' };
    const digest = createHash('sha1').update(body).update(KEY).digest('hex');
    expect(verify(scheme, { 'x-signature': digest }).ok).toBe(true);
    expect(() => compileHmacScheme({ signature, encoding: 'hex', keyed: 'digest' })).toThrow(/secret/);
    expect(() => compileHmacScheme({ signature, encoding: 'hex', message: '{body}{secret}' })).toThrow(
      /secret/,
    );
  });

  it.each([
    ['s', '1700000000', ['1700000000000', '1.7e9', '']],
    ['ms', '1700000000000', ['1700000000', '1700000000000.0', '-1']],
    ['auto', '1700000000', ['17', 'x']],
    ['auto', '1700000000000', ['0x1']],
    [
      'iso',
      '2023-11-14T22:13:20Z',
      ['2023-11-14', '1700000000', '2023-13-14T22:13:20Z', '2023-11-14T22:13:20Z '],
    ],
    ['iso', '2023-11-14T23:13:20.123456789+01:00', []],
    ['iso', '2023-11-14T22:13:20', []],
    [
      'http-date',
      'Tue, 14 Nov 2023 22:13:20 GMT',
      ['Tue, 14 Nov 2023 22:13:20 +0000', 'Tue, 32 Nov 2023 22:13:20 GMT', '14 Nov 2023', '1700000000'],
    ],
  ] as const)('count time in %s: %s', (unit, text, others) => {
    const scheme: Partial<HmacScheme> = {
      message: '{timestamp}.{body}',
      timestamp: { ...timestamp, unit },
    };
    const at = (time: string) =>
      verify(scheme, { 'x-signature': mac(`${time}.`, body), 'x-timestamp': time });
    expect(at(text)).toEqual({ ok: true, secretIndex: 0 });
    for (const other of others) expect(at(other).ok).toBe(false);
  });

  it('sign the value of an option, without which no request is accepted', () => {
    expect(verify({ message: '{option:app_key}{body}' }, { 'x-signature': mac(body) })).toMatchObject({
      code: 'missing_option',
      status: 500,
    });
  });
});
