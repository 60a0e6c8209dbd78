import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request, SIGNERS, type Signer, signedRequest } from '../../fixtures/signed-request.ts';
import { getProvider, type InboundRequest, type Provider, type VerificationInput } from '../index.ts';

/** The requests that every provider must accept or refuse, whatever its scheme. */
describe.each(SIGNERS)('$provider, $signatureHeader', (signer: Signer) => {
  const provider = getProvider(signer.provider) as Provider;
  const [secret, otherSecret] = signer.secrets;
  const body = '{"type":"a","n":9007199254740993,"text":"Zoë"}';
  const signed = signedRequest(signer, body);
  const verify = (
    changed: Partial<InboundRequest> = {},
    options: Omit<Partial<VerificationInput>, 'request'> = {},
  ) => provider.verify({ request: { ...signed, ...changed }, secrets: [secret], ...options });
  const withHeader = (name: string, values: readonly string[] | undefined) =>
    verify({ headers: { ...signed.headers, [name]: values } });
  const signature = signed.headers[signer.signatureHeader]?.[0] ?? '';

  it('accepts the signature of its sender, and returns the index of the secret', async () => {
    expect(await verify()).toEqual({ ok: true, secretIndex: 0 });
    expect(await verify({}, { secrets: [otherSecret, secret] })).toEqual({ ok: true, secretIndex: 1 });
    expect(await verify({}, { secrets: ['', secret] })).toEqual({ ok: true, secretIndex: 1 });
  });

  it('accepts an empty body, bytes that are not UTF-8, and a megabyte', async () => {
    for (const other of [Buffer.alloc(0), Buffer.from('fffe0001', 'hex'), Buffer.alloc(1 << 20, 'ä')]) {
      expect((await provider.verify({ request: signedRequest(signer, other), secrets: [secret] })).ok).toBe(
        true,
      );
    }
  });

  it('refuses a changed body', async () => {
    for (const other of ['', `${body} `, body.replace('993', '992'), body.slice(1)]) {
      expect(await verify({ rawBody: Buffer.from(other) })).toMatchObject({
        ok: false,
        code: 'invalid_signature',
      });
    }
  });

  it('refuses another key, an empty key and no key', async () => {
    expect(await verify({}, { secrets: [otherSecret] })).toMatchObject({ code: 'invalid_signature' });
    for (const secrets of [[], [''], ['', '']]) {
      expect(await verify({}, { secrets })).toMatchObject({ ok: false, code: 'no_secret', status: 500 });
    }
  });

  it('refuses a signature with an empty key', async () => {
    const forged = signedRequest(signer, body, { secret: '' });
    expect((await provider.verify({ request: forged, secrets: [''] })).ok).toBe(false);
    expect((await provider.verify({ request: forged, secrets: [secret] })).ok).toBe(false);
  });

  it.each(signer.singleHeaders)('refuses %s missing, empty or doubled', async (header) => {
    const value = signed.headers[header]?.[0] ?? '';
    expect(await withHeader(header, undefined)).toMatchObject({
      ok: false,
      code: expect.stringMatching(/^missing_/),
    });
    expect(await withHeader(header, [])).toMatchObject({
      ok: false,
      code: expect.stringMatching(/^missing_/),
    });
    expect(await withHeader(header, [''])).toMatchObject({
      ok: false,
      code: expect.stringMatching(/^missing_/),
    });
    expect(await withHeader(header, [value, value])).toMatchObject({
      ok: false,
      code: 'duplicate_header',
      details: { header },
    });
  });

  it('refuses a signature that is cut, longer, or has foreign characters', async () => {
    const at = signature.length - 10;
    for (const changed of [
      signature.slice(0, -1),
      signature.slice(0, -8),
      `${signature}0`,
      `${signature.slice(0, at)}zz!${signature.slice(at + 3)}`,
      signature.replace(/(?<=v1=|v1,|v0=|sha256=).*$/, ''),
      'x',
    ]) {
      expect(await withHeader(signer.signatureHeader, [changed])).toMatchObject({
        ok: false,
        code: 'malformed_signature',
        status: 401,
      });
    }
  });

  it('refuses the signature under another version or prefix', async () => {
    const renamed = signature.replace(/v1=|v1,|v0=|sha256=/, (prefix) => `x${prefix}`);
    expect((await withHeader(signer.signatureHeader, [renamed])).ok).toBe(false);
  });

  const item = /v1[=,]\S+$/.exec(signature)?.[0];
  if (item !== undefined) {
    const listOf = (...items: string[]) => [
      signature.replace(item, items.join(signer.provider === 'stripe' ? ',' : ' ')),
    ];
    const wrong = item.slice(0, 3) + item.slice(3).replace(/[1-9a-f]/g, '0');

    it('accepts a valid signature among others, as during a key rotation', async () => {
      for (const items of [
        [wrong, item],
        [item, wrong],
        [item.replace('v1', 'v0'), 'v1', item, 'v9,x'],
      ]) {
        expect((await withHeader(signer.signatureHeader, listOf(...items))).ok).toBe(true);
      }
    });

    it('refuses a list without a valid signature, and a list that is too long', async () => {
      expect(await withHeader(signer.signatureHeader, listOf(wrong, wrong))).toMatchObject({ ok: false });
      expect(
        await withHeader(signer.signatureHeader, listOf(...Array.from({ length: 40 }, () => item))),
      ).toMatchObject({
        code: 'malformed_signature',
      });
    });
  }

  it('the answer is less precise than the journal', async () => {
    const rejection = await verify({ rawBody: Buffer.from('{}') });
    expect(rejection).toMatchObject({ status: 401, publicMessage: 'Invalid signature' });
    expect(JSON.stringify(rejection)).not.toContain(secret);
  });

  it('refuses a tolerance that is not a number', async () => {
    for (const toleranceSeconds of [Number.NaN, -1]) {
      expect(await verify({}, { toleranceSeconds })).toMatchObject({ ok: false, code: 'invalid_tolerance' });
    }
  });

  it('checks a secret before it is stored', async () => {
    expect(provider.checkSecret(secret)).toBeUndefined();
    expect(provider.checkSecret('')).toBe('The secret is empty.');
  });

  if (!signer.timestamped) {
    it('does not depend on a clock', async () => {
      expect((await verify({ receivedAtMs: 0 }, { toleranceSeconds: 0 })).ok).toBe(true);
    });
    return;
  }

  it('accepts exactly five minutes in either direction', async () => {
    const at = (seconds: number, options = {}) => verify({ receivedAtMs: seconds * 1000 }, options);
    expect((await at(NOW_SECONDS + 300)).ok).toBe(true);
    expect((await at(NOW_SECONDS - 300)).ok).toBe(true);
    for (const seconds of [NOW_SECONDS + 301, NOW_SECONDS - 301]) {
      expect(await at(seconds)).toMatchObject({
        code: 'timestamp_out_of_tolerance',
        status: 401,
        publicMessage:
          seconds > NOW_SECONDS ? 'Request timestamp too old' : 'Request timestamp in the future',
        details: { ageSeconds: seconds - NOW_SECONDS, toleranceSeconds: 300, signatureMatches: true },
      });
    }
    expect(await at(NOW_SECONDS + 11, { toleranceSeconds: 10 })).toMatchObject({
      code: 'timestamp_out_of_tolerance',
    });
    expect((await at(NOW_SECONDS + 1e9, { toleranceSeconds: null })).ok).toBe(true);
    expect(await at(Number.NaN)).toMatchObject({ ok: false });
  });

  it('refuses a fresh timestamp in place of the signed timestamp', async () => {
    const late = NOW_SECONDS + 1000;
    const fresh = { headers: refresh(signed, String(late)), receivedAtMs: late * 1000 };
    expect(await verify(fresh)).toMatchObject({ ok: false, code: 'invalid_signature' });
  });

  it('refuses a timestamp that is not a whole number of seconds', async () => {
    for (const text of [
      'hello',
      '1700000000abc',
      '1700000000.0',
      '-1700000000',
      '01700000000',
      '1e9',
      '0x10',
    ]) {
      expect(await verify({ headers: refresh(signed, text) })).toMatchObject({ code: 'malformed_timestamp' });
    }
  });
});

/** The same request with another timestamp in all its places. */
function refresh(signed: InboundRequest, text: string): InboundRequest['headers'] {
  return Object.fromEntries(
    Object.entries(signed.headers).map(([name, values = []]) => [
      name,
      values.map((value) => value.replace(String(NOW_SECONDS), text)),
    ]),
  );
}

it('absent headers are reported as missing, not as an exception', async () => {
  for (const { provider, secrets } of SIGNERS) {
    expect(await getProvider(provider)?.verify({ request: request(), secrets })).toMatchObject({
      code: 'missing_signature',
      status: 401,
    });
  }
});
