import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PUBLISHED_VECTORS } from '../../fixtures/published-vectors.ts';
import { signerOfPreset } from '../../fixtures/signed-preset.ts';
import { NOW_SECONDS, request } from '../../fixtures/signed-request.ts';
import {
  getProvider,
  type InboundRequest,
  listProviders,
  type PresetDefinition,
  type Provider,
  receiveWebhook,
  type VerificationInput,
} from '../index.ts';
import { isForm } from '../request/form/read-form.ts';

/** Presets with a secret; a preset that only checks addresses has its own tests. */
const PRESETS = listProviders().flatMap(({ preset }) =>
  preset === undefined || 'allowedAddressesOnly' in preset.scheme ? [] : [preset],
);

it('there are as many providers as documented', () => {
  expect(listProviders().length).toBeGreaterThanOrEqual(200);
  expect(PRESETS.length).toBeGreaterThanOrEqual(190);
});

it('every provider with the evidence published-vector has a vector that the tests reproduce', () => {
  const published = new Set(PUBLISHED_VECTORS.map(({ provider }) => provider));
  for (const { id, evidence } of PRESETS) {
    if (evidence.some(({ kind }) => kind === 'published-vector')) expect(published).toContain(id);
  }
});

it('a source without a secret accepts only requests that its options allow', () => {
  for (const { id, secret, preset } of listProviders()) {
    if (preset !== undefined) expect(secret === 'none', id).toBe('allowedAddressesOnly' in preset.scheme);
  }
});

it('random requests never become events', async () => {
  const headerNames = PRESETS.flatMap(placesOf).flatMap((place) => ('header' in place ? [place.header] : []));
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.stringMatching(/^(v0=|v1=|v1,|sha256=|sha1=|t=1700000000,v1=)?[0-9a-f]{64}$/),
    fc.constantFrom('', 'Bearer x', 'Basic eDp4', String(NOW_SECONDS)),
  );
  const body = fc.oneof(
    fc.json().map((json) => Buffer.from(json)),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  );
  const headers = fc.dictionary(
    fc.constantFrom(...headerNames, 'content-type'),
    fc.array(text, { maxLength: 2 }),
  );
  const query = fc.dictionary(fc.constantFrom('hmac', 'secret', 'x'), text);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PRESETS),
      headers,
      query,
      body,
      async ({ id }, random, parameters, rawBody) => {
        const reception = await receiveWebhook(getProvider(id) as Provider, {
          request: request({ headers: random, query: new URLSearchParams(parameters), rawBody }),
          secrets: ['a test key that nobody guesses'],
          options: { public_key: 'pk', app_key: 'ak' },
        });
        expect(reception.kind).not.toBe('events');
      },
    ),
    { numRuns: 1_000 },
  );
});

describe.each(PRESETS)('$id', (preset: PresetDefinition) => {
  const { scheme } = preset;
  const provider = getProvider(preset.id) as Provider;
  const signer = signerOfPreset(preset);
  const mayRepeat = 'signature' in scheme && scheme.signature.mayRepeat === true;
  const isBearer =
    'token' in scheme && 'authorization' in scheme.token && scheme.token.authorization === 'bearer';
  const [secret, otherSecret] = isBearer
    ? signer.secrets.map((text) => text.replaceAll(' ', '-'))
    : signer.secrets;
  if (secret === undefined || otherSecret === undefined) throw new Error('A signer has two secrets.');
  const { options } = signer;
  const signed = signer.sign();
  const verify = async (changed: InboundRequest, input: Partial<VerificationInput> = {}) =>
    provider.verify({ request: changed, secrets: [secret], options, ...input });

  it('accepts the signature of its sender, and returns the index of the secret', async () => {
    expect(await verify(signed)).toEqual({ ok: true, secretIndex: 0 });
    expect(await verify(signed, { secrets: [otherSecret, '', secret] })).toEqual({
      ok: true,
      secretIndex: 2,
    });
    expect(provider.checkSecret(secret)).toBeUndefined();
  });

  it('makes an event of the request', async () => {
    const reception = await receiveWebhook(provider, { request: signed, secrets: [secret], options });
    if (preset.formPayload !== undefined && isForm(signed)) {
      expect(reception).toMatchObject({ rejection: { code: 'missing_form_payload' } });
      return;
    }
    if (reception.kind !== 'events') throw new Error(`Expected events, got ${JSON.stringify(reception)}`);
    const [event, ...others] = reception.events;
    if (preset.batch === undefined) expect(others).toEqual([]);
    expect(event?.type).toMatch(/^[a-z0-9-]+(\.[A-Za-z0-9_-]+)+$/);
    expect(event?.type.startsWith(`${preset.id}.`)).toBe(true);
    expect(() => JSON.parse(event?.payload.toString() ?? '')).not.toThrow();
  });

  const { batch } = preset;
  for (const time of batch === undefined ? [preset.time ?? []].flat() : []) {
    // Times in XML have samples.
    if ('element' in time) continue;
    it('the event has its time', () => {
      const text = {
        iso: '2023-11-14T22:13:20Z',
        s: '1700000000',
        ms: '1700000000000',
        '100us': '17000000000000',
      }[time.unit];
      const pointer = 'json' in time ? time.json : 'around' in time ? time.around : '';
      const at = pointer.split('/').slice(1);
      const body = at.reduceRight<unknown>((value, key) => ({ [key]: value }), text);
      if ('form' in time) {
        const form = new URLSearchParams({ [time.form]: text }).toString();
        const formHeaders = { 'content-type': ['application/x-www-form-urlencoded'] };
        expect(
          provider.interpret(request({ headers: formHeaders, rawBody: Buffer.from(form) })),
        ).toMatchObject({
          events: [{ timeMs: 1_700_000_000_000 }],
        });
        return;
      }
      const headers = 'header' in time ? { [time.header]: [text] } : {};
      const rawBody = Buffer.from(at.length === 0 ? '{}' : JSON.stringify(body));
      expect(provider.interpret(request({ headers, rawBody }))).toMatchObject({
        events: [{ timeMs: 1_700_000_000_000 }],
      });
    });
  }

  if (isBearer) {
    it('refuses a secret that its header cannot carry', () => {
      expect(provider.checkSecret('a long random text')).toMatch(/white space/);
    });
  }

  it('refuses another key, an empty key and no key', async () => {
    expect(await verify(signed, { secrets: [otherSecret] })).toMatchObject({ code: 'invalid_signature' });
    for (const secrets of [[], [''], ['', '']]) {
      expect(await verify(signed, { secrets })).toMatchObject({ code: 'no_secret', status: 500 });
    }
    const forged = signer.sign({ secret: '' });
    expect(await verify(forged, { secrets: [''] })).toMatchObject({ ok: false });
    expect(await verify(forged)).toMatchObject({ ok: false });
    expect(provider.checkSecret('')).toBe('The secret is empty.');
  });

  it('refuses a signature that is missing, empty, doubled, cut or longer', async () => {
    for (const changed of [
      signer.sign({ signature: () => '' }),
      signer.sign({ signature: (text) => text.slice(0, -1) }),
      signer.sign({ signature: (text) => text.slice(0, -8) }),
      signer.sign({ signature: (text) => text.slice(0, text.length / 2) }),
      signer.sign({ signature: (text) => `${text}0` }),
      signer.sign({ signature: (text) => `!${text.slice(1)}` }),
      ...placesOf(preset).map((place) => without(signed, place)),
      ...(mayRepeat ? [] : placesOf(preset).map((place) => doubled(signed, place))),
    ]) {
      expect(await verify(changed)).toMatchObject({
        ok: false,
        code: expect.stringMatching(/^(missing|malformed|invalid)_signature$|^duplicate_header$/),
      });
    }
  });

  if (!('signature' in scheme)) return;

  it('refuses a change to the signed message', async () => {
    const isFirstItem = [scheme.message ?? ''].flat().includes('{bodyOrFirstItem}');
    const others = isFirstItem ? ['[{}]', '{}', ''] : changedValues(signed);
    const changes = scheme.bodyNotCovered ? others : [`${signed.rawBody} `, '{}', ''];
    let refused = 0;
    for (const text of changes) {
      const verification = await verify({ ...signed, rawBody: Buffer.from(text) });
      if (!verification.ok) refused++;
      if (!scheme.bodyNotCovered) expect(verification.ok).toBe(false);
    }
    if (!/^\{url(?:WithoutQuery)?\}\{header/.test([scheme.message ?? ''].flat()[0] ?? ''))
      expect(refused).toBeGreaterThan(0);
    if ([scheme.message ?? ''].flat().join('').includes('rl}')) {
      expect(await verify({ ...signed, url: 'https://hooks.example.com/in/2' })).toMatchObject({
        code: 'invalid_signature',
      });
      expect(
        await verify(
          { ...signed, url: 'http://10.0.0.1:3001/in/1' },
          { options: { ...options, url: 'https://hooks.example.com/in/1' } },
        ),
      ).toMatchObject({ ok: true });
    }
  });

  it('has a caution if the signature does not cover the body', () => {
    expect(provider.caution !== undefined).toBe(scheme.bodyNotCovered ?? false);
  });

  const { timestamp } = scheme;
  if (timestamp === undefined || timestamp.unit === 'nonce') return;

  it('refuses old and future timestamps, and a fresh timestamp in place of the signed timestamp', async () => {
    const tolerance = timestamp.toleranceSeconds;
    const at = (seconds: number) => verify({ ...signed, receivedAtMs: seconds * 1000 });
    if (tolerance === null) {
      expect(await at(NOW_SECONDS + 1e6)).toMatchObject({ ok: true });
      const strict = await verify(
        { ...signed, receivedAtMs: (NOW_SECONDS + 61) * 1000 },
        { toleranceSeconds: 60 },
      );
      expect(strict).toMatchObject({ code: 'timestamp_out_of_tolerance' });
    } else {
      for (const seconds of [NOW_SECONDS + tolerance, NOW_SECONDS - tolerance]) {
        expect(await at(seconds)).toMatchObject({ ok: true });
      }
      for (const seconds of [NOW_SECONDS + tolerance + 1, NOW_SECONDS - tolerance - 1]) {
        expect(await at(seconds)).toMatchObject({
          code: 'timestamp_out_of_tolerance',
          details: { signatureMatches: true },
        });
      }
    }
    let original = '';
    signer.sign({
      signature: (text) => {
        original = text;
        return text;
      },
    });
    const refreshed = signer.sign({ seconds: NOW_SECONDS + 100_000, signature: () => original });
    expect(await verify(refreshed)).toMatchObject({ ok: false, code: 'invalid_signature' });
  });
});

type Where = { header: string } | { query: string } | { other: true };

function placesOf({ scheme }: PresetDefinition): Where[] {
  const place = 'signature' in scheme ? scheme.signature : 'token' in scheme ? scheme.token : { other: true };
  if ('authorization' in place) return [{ header: 'authorization' }];
  return 'header' in place || 'query' in place ? [place] : [];
}

function without(request: InboundRequest, place: Where): InboundRequest {
  if ('header' in place) return { ...request, headers: { ...request.headers, [place.header]: undefined } };
  return { ...request, query: new URLSearchParams() };
}

function doubled(request: InboundRequest, place: Where): InboundRequest {
  if ('header' in place) {
    const value = request.headers[place.header]?.[0] ?? '';
    return { ...request, headers: { ...request.headers, [place.header]: [value, value] } };
  }
  return { ...request, query: new URLSearchParams(`${request.query}&${request.query}`) };
}

/** The body with each of its texts changed in turn. */
function changedValues({ rawBody }: InboundRequest): string[] {
  const text = rawBody.toString();
  return [...text.matchAll(/value[ +]of/g), ...text.matchAll(/z=z/g)].map(
    ({ index }) => `${text.slice(0, index)}X${text.slice(index + 1)}`,
  );
}
