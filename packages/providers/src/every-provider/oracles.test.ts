import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import { listOracles } from '../../oracles/index.ts';
import type { Oracle, Signed } from '../../oracles/oracle.ts';
import { getProvider, type InboundRequest, type Provider } from '../index.ts';

const URL_ = 'https://hooks.example.com/in/1';
const oracles = await listOracles();

describe.each(oracles)('$provider', (oracle) => {
  const provider = getProvider(oracle.provider) as Provider;
  const [secret, otherSecret] = oracle.secrets;
  const body = Buffer.from(oracle.body);
  const sign = (changes: { secret?: string; sign?: Oracle['sign']; ageSeconds?: number } = {}): Signed =>
    (changes.sign ?? oracle.sign)({
      body,
      url: URL_,
      method: oracle.method ?? 'POST',
      nowMs: (NOW_SECONDS - (changes.ageSeconds ?? 0)) * 1000,
      secret: changes.secret ?? secret,
    });
  const signed = sign();
  const verify = async (what: InboundRequest, secrets: readonly string[] = [secret]) =>
    await provider.verify({
      request: what,
      secrets: provider.secret === 'none' ? [] : secrets,
      options: oracle.options ?? {},
      fetchPublished: async (url) => {
        const text = oracle.published?.[url];
        if (text === undefined) throw new Error(`Nothing is published at ${url}.`);
        return Buffer.from(text);
      },
    });

  it('its signature is accepted', async () => {
    expect(await verify(requestOf(oracle, signed))).toMatchObject({ ok: true });
    if (provider.secret !== 'none') {
      expect(await verify(requestOf(oracle, signed), [otherSecret, secret])).toMatchObject({ ok: true });
      expect(provider.checkSecret(secret)).toBeUndefined();
    }
  });

  for (const [name, variant] of Object.entries(oracle.variants ?? {})) {
    it(`its signature is accepted: ${name}`, async () => {
      expect(await verify(requestOf(oracle, sign({ sign: variant })))).toMatchObject({ ok: true });
    });
  }

  const { toleranceSeconds } = oracle;
  if (toleranceSeconds !== undefined) {
    it('a timestamp is accepted exactly for the documented time', async () => {
      for (const [ageSeconds, ok] of [
        [toleranceSeconds - 5, true],
        [toleranceSeconds + 5, false],
      ] as const) {
        expect(await verify(requestOf(oracle, sign({ ageSeconds }))), `${ageSeconds} s`).toMatchObject({
          ok,
        });
      }
    });
  }

  it('its signature with another secret is refused', async () => {
    const other = sign({ secret: otherSecret });
    // If the key is published, an oracle may sign the same message with either secret.
    const same = oracle.published !== undefined && isDeepStrictEqual(other, signed);
    expect((await verify(requestOf(oracle, other))).ok).toBe(same);
  });

  if (oracle.covers !== 'nothing') {
    it('a changed body is refused', async () => {
      const before = (signed.body ?? body).toString('latin1');
      const piece = Buffer.from(oracle.covered ?? oracle.body.trim().slice(-4)).toString('latin1');
      const at = before.lastIndexOf(piece);
      expect(at).toBeGreaterThanOrEqual(0);
      // Changes the first letter of the covered piece, so that the body stays valid JSON.
      const code = before.charCodeAt(at) === 0x7a ? 0x79 : 0x7a;
      const changed = before.slice(0, at) + String.fromCharCode(code) + before.slice(at + 1);
      const what = { ...requestOf(oracle, signed), rawBody: Buffer.from(changed, 'latin1') };
      expect(await verify(what)).toMatchObject({ ok: false });
    });
  }

  it('its signature under another header is refused', async () => {
    const what = requestOf(oracle, signed);
    for (const name of oracle.signatureHeaders) {
      const value = signed.headers[name] ?? '';
      if (typeof value !== 'string') throw new Error(`${name} has several values.`);
      expect(value).not.toBe('');
      const headers = { ...what.headers, [name]: undefined, [`x-moved-${name}`]: [value] };
      expect((await verify({ ...what, headers })).ok, name).toBe(false);
    }
  });

  it('its signature in another encoding is refused', async () => {
    const what = requestOf(oracle, signed);
    const accepted = new Set(
      Object.values(oracle.variants ?? {}).flatMap((variant) =>
        Object.values(sign({ sign: variant }).headers).flat(),
      ),
    );
    for (const name of oracle.signatureHeaders) {
      const value = signed.headers[name] ?? '';
      const other = typeof value === 'string' ? inOtherEncoding(value) : undefined;
      if (other === undefined || other === value || accepted.has(other)) continue;
      expect((await verify({ ...what, headers: { ...what.headers, [name]: [other] } })).ok, name).toBe(false);
    }
  });
});

function requestOf(oracle: Oracle, signed: Signed): InboundRequest {
  const url = signed.url ?? URL_;
  return request({
    method: oracle.method ?? 'POST',
    url,
    query: new URL(url).searchParams,
    headers: {
      'content-type': [oracle.contentType ?? 'application/json'],
      ...Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name, [value].flat()])),
    },
    rawBody: signed.body ?? Buffer.from(oracle.body),
  });
}

/** Hexadecimal digits as base64, and base64 as hexadecimal digits; undefined for anything else. */
function inOtherEncoding(value: string): string | undefined {
  const hex = /[0-9a-f]{40,}/i.exec(value);
  if (hex !== null) return value.replace(hex[0], Buffer.from(hex[0], 'hex').toString('base64'));
  const base64 = /[A-Za-z0-9+/]{26,}={1,2}$/.exec(value);
  if (base64 !== null) return value.replace(base64[0], Buffer.from(base64[0], 'base64').toString('hex'));
  return undefined;
}
