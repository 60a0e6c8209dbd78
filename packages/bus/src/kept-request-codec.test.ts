import { KEPT_METHODS, type KeptRequest } from '@hookline/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEPT_HEADER_NAMES } from './kept-header-names.ts';
import { decodeKeptRequest, encodeKeptRequest, SEALED_FLAG } from './kept-request-codec.ts';

const latin1 = fc.string({
  unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
});
const header = fc.record({
  name: fc.oneof(fc.constantFrom(...KEPT_HEADER_NAMES), fc.stringMatching(/^[a-z0-9-]{1,40}$/)),
  value: latin1,
  isSealed: fc.boolean(),
});
const keptRequest: fc.Arbitrary<KeptRequest> = fc.record({
  method: fc.constantFrom(...KEPT_METHODS),
  origin: fc.constantFrom('https://hooks.example.com', 'http://127.0.0.1:3001'),
  path: latin1,
  pathSuffix: latin1,
  query: latin1,
  isQuerySealed: fc.boolean(),
  headers: fc.array(header, { maxLength: 30 }),
  headersLeftOut: fc.array(fc.stringMatching(/^[a-z-]{1,20}$/), { maxLength: 5 }),
  body: fc.option(
    fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.integer({ min: 0, max: 200_000 }).map((length) => new Uint8Array(length).fill(97)),
    ),
    { nil: undefined },
  ),
});

const plain = (request: KeptRequest) => ({
  ...request,
  body: request.body && Buffer.from(request.body).toString('latin1'),
});

describe('a kept request', () => {
  it('is decoded unchanged, whatever its headers, query and body are', async () => {
    await fc.assert(
      fc.asyncProperty(keptRequest, async (request) => {
        const encoded = await encodeKeptRequest(request);
        expect(plain(await decodeKeptRequest(encoded))).toEqual(plain(request));
        expect(((encoded[0] as number) & SEALED_FLAG) !== 0).toBe(
          request.isQuerySealed || request.headers.some(({ isSealed }) => isSealed),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('that is incomplete or corrupt is refused, and never decoded as another request', async () => {
    await fc.assert(
      fc.asyncProperty(keptRequest, fc.nat(), async (request, at) => {
        const encoded = await encodeKeptRequest({ ...request, body: undefined });
        const cut = encoded.subarray(0, at % encoded.length);
        await expect(decodeKeptRequest(cut)).rejects.toMatchObject({ code: 'malformed_event' });
      }),
      { numRuns: 200 },
    );
  });

  it('with a head of 60 KB is decoded unchanged, and so is the next request', async () => {
    const large = (text: string): KeptRequest => ({
      method: 'POST',
      origin: 'https://hooks.example.com',
      path: '/in/t',
      pathSuffix: '',
      query: text,
      isQuerySealed: false,
      headers: [{ name: 'x-large', value: text.repeat(3), isSealed: false }],
      headersLeftOut: [],
      body: Buffer.from('{}'),
    });
    for (const text of ['ab'.repeat(7_500), 'c', 'd'.repeat(30_000)]) {
      const request = large(text);
      const encoded = await encodeKeptRequest(request);
      await encodeKeptRequest(large('another'));
      expect(plain(await decodeKeptRequest(encoded))).toEqual(plain(request));
    }
  });

  it('of GitHub takes less than 500 bytes', async () => {
    const headers = {
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/0a1b2c3',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-github-event': 'workflow_job',
      'x-github-hook-id': '292430182',
      'x-github-hook-installation-target-id': '79929171',
      'x-github-hook-installation-target-type': 'repository',
      'x-hub-signature': `sha1=${'0'.repeat(40)}`,
      'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
    };
    const encoded = await encodeKeptRequest({
      method: 'POST',
      origin: 'https://hooks.example.com',
      path: `/in/${'t'.repeat(32)}`,
      pathSuffix: '',
      query: '',
      isQuerySealed: false,
      headers: Object.entries(headers).map(([name, value]) => ({ name, value, isSealed: false })),
      headersLeftOut: [],
      body: undefined,
    });
    expect(encoded.length).toBeLessThan(500);
  });

  it('names each header once, in lower case, and no more headers than a byte can number', () => {
    expect(new Set(KEPT_HEADER_NAMES).size).toBe(KEPT_HEADER_NAMES.length);
    expect(KEPT_HEADER_NAMES.length).toBeLessThan(127);
    for (const name of KEPT_HEADER_NAMES) expect(name).toMatch(/^[a-z0-9-]+$/);
  });
});
