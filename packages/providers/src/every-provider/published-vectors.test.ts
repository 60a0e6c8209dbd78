import { describe, expect, it } from 'vitest';
import {
  PUBLISHED_VECTOR_COUNTS,
  PUBLISHED_VECTORS,
  type PublishedVector,
} from '../../fixtures/published-vectors.ts';
import { request } from '../../fixtures/signed-request.ts';
import { getProvider, type Provider, receiveWebhook, type VerificationInput } from '../index.ts';
import { queryStringHash } from '../schemes/query-string-hash.ts';

const providerOf = ({ provider }: PublishedVector) => getProvider(provider) as Provider;

function inputOf(vector: PublishedVector): VerificationInput {
  return {
    request: request({
      method: vector.method ?? 'POST',
      headers: vector.headers,
      ...(vector.url !== undefined && { url: vector.url, query: new URL(vector.url).searchParams }),
      rawBody: Buffer.from(vector.body),
      receivedAtMs: vector.receivedAtMs ?? 0,
    }),
    secrets: [vector.secretParts.join('')],
    options: vector.options ?? {},
  };
}

const SIGNED = ['valid', 'invalid', 'timestamp_out_of_tolerance'] as const;
const UNSIGNED = ['answered', 'decoded', 'hashed'] as const;
const vectorsOf = (...expectations: readonly PublishedVector['expected'][]) =>
  PUBLISHED_VECTORS.filter(({ expected }) => expectations.includes(expected));

it('every vector is present and used by a test', () => {
  const counts: Record<string, number> = {};
  for (const { provider } of PUBLISHED_VECTORS) counts[provider] = (counts[provider] ?? 0) + 1;
  expect(counts).toEqual(PUBLISHED_VECTOR_COUNTS);
  const used = [vectorsOf(...SIGNED), ...UNSIGNED.map((expected) => vectorsOf(expected))].flat();
  expect(new Set(used)).toEqual(new Set(PUBLISHED_VECTORS));
});

describe('published signatures', () => {
  it.each(vectorsOf(...SIGNED))('$expected: $name', async (vector) => {
    const verification = await providerOf(vector).verify(inputOf(vector));
    if (vector.expected === 'valid') expect(verification).toEqual({ ok: true, secretIndex: 0 });
    else expect(verification).toMatchObject({ ok: false, status: 401 });
    if (vector.expected === 'timestamp_out_of_tolerance') {
      expect(verification).toMatchObject({ code: vector.expected, details: { signatureMatches: true } });
    }
  });
});

describe('published answers', () => {
  it.each(vectorsOf('answered'))('$name', async (vector) => {
    const input = { ...inputOf(vector), verifyTokens: [vector.secretParts.join('')] };
    expect(await receiveWebhook(providerOf(vector), input)).toMatchObject({
      kind: 'answered',
      answer: { status: 200, body: vector.reply },
    });
  });
});

describe('published contents', () => {
  it.each(vectorsOf('decoded'))('$name', (vector) => {
    const interpretation = providerOf(vector).interpret(inputOf(vector).request);
    if (!interpretation.ok || !('events' in interpretation)) throw new Error(JSON.stringify(interpretation));
    const payloads = interpretation.events.map(({ payload }) => JSON.parse(payload.toString()));
    expect(payloads).toMatchObject([JSON.parse(vector.reply ?? '')]);
  });

  it.each(vectorsOf('hashed'))('$name', ({ method = '', url = '', reply }) => {
    expect(queryStringHash(method, url)).toBe(reply);
  });
});
