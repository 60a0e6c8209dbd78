import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const [published, stranger] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];

export const oracle: Oracle = {
  provider: 'fal',
  source: 'https://docs.fal.ai/model-apis/model-endpoints/webhooks, as several receivers quote it',
  secrets: ['the published key', 'the key of a stranger'],
  options: { userId: 'github|12345678' },
  covers: 'body',
  signatureHeaders: ['x-fal-webhook-request-id', 'x-fal-webhook-timestamp', 'x-fal-webhook-signature'],
  body: '{"request_id":"123e4567-e89b-12d3-a456-426614174000","gateway_request_id":"123e4567-e89b-12d3-a456-426614174000","status":"OK","payload":{"images":[],"seed":196619188014358660}}',
  published: {
    'https://rest.fal.ai/.well-known/jwks.json': JSON.stringify({
      keys: [published.publicKey.export({ format: 'jwk' })],
    }),
  },
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => {
    const requestId = '123e4567-e89b-12d3-a456-426614174000';
    const timestamp = String(Math.floor(nowMs / 1000));
    const hash = createHash('sha256').update(body).digest('hex');
    const message = Buffer.from([requestId, 'github|12345678', timestamp, hash].join('\n'));
    const signature = sign(
      null,
      message,
      secret === 'the published key' ? published.privateKey : stranger.privateKey,
    );
    return {
      headers: {
        'x-fal-webhook-request-id': requestId,
        'x-fal-webhook-user-id': 'github|12345678',
        'x-fal-webhook-timestamp': timestamp,
        'x-fal-webhook-signature': signature.toString('hex'),
      },
    };
  },
};
