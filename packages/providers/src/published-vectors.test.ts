import { describe, expect, it } from 'vitest';
import { PUBLISHED_VECTORS, type PublishedVector } from '../fixtures/published-vectors.ts';
import { request } from '../fixtures/signed-request.ts';
import { getProvider, type Provider, receiveWebhook, type VerificationInput } from './index.ts';

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

describe('published signatures', () => {
  it.each(PUBLISHED_VECTORS.filter(({ expected }) => expected !== 'answered'))(
    '$expected: $name',
    async (vector) => {
      const verification = await providerOf(vector).verify(inputOf(vector));
      if (vector.expected === 'valid') expect(verification).toEqual({ ok: true, secretIndex: 0 });
      else expect(verification).toMatchObject({ ok: false, status: 401 });
      if (vector.expected === 'timestamp_out_of_tolerance') {
        expect(verification).toMatchObject({ code: vector.expected, details: { signatureMatches: true } });
      }
    },
  );
});

describe('published answers', () => {
  it.each(PUBLISHED_VECTORS.filter(({ expected }) => expected === 'answered'))('$name', async (vector) => {
    expect(await receiveWebhook(providerOf(vector), inputOf(vector))).toMatchObject({
      kind: 'answered',
      answer: { status: 200, body: vector.reply },
    });
  });
});
