import { describe, expect, it } from 'vitest';
import { PUBLISHED_VECTORS } from '../fixtures/published-vectors.ts';
import { request } from '../fixtures/signed-request.ts';
import { getProvider } from './index.ts';

describe('published signatures', () => {
  it.each(PUBLISHED_VECTORS)('$expected: $name', (vector) => {
    const verification = getProvider(vector.provider)?.verify({
      request: request({
        headers: vector.headers,
        rawBody: Buffer.from(vector.body),
        receivedAtMs: vector.receivedAtMs ?? 0,
      }),
      secrets: [vector.secretParts.join('')],
    });
    if (vector.expected === 'valid') expect(verification).toEqual({ ok: true, secretIndex: 0 });
    else expect(verification).toMatchObject({ ok: false, status: 401 });
    if (vector.expected === 'timestamp_out_of_tolerance') {
      expect(verification).toMatchObject({ code: vector.expected, details: { signatureMatches: true } });
    }
  });
});
