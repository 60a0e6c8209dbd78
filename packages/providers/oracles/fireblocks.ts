import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [first, second] = [pair(), pair()];

export const oracle: Oracle = {
  provider: 'fireblocks',
  source: 'https://developers.fireblocks.com/reference/validating-webhooks; RFC 7515 appendix F',
  secrets: ['the published key', 'the key of a stranger'],
  options: { workspaceId: '4f8b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d' },
  covers: 'body',
  signatureHeaders: ['fireblocks-webhook-signature'],
  body: '{"id":"0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0","eventType":"transaction.created","eventVersion":1,"resourceId":"9a0f1e2d","data":{"id":"9a0f1e2d","status":"SUBMITTED"},"createdAt":1748077736000,"workspaceId":"4f8b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d"}',
  published: {
    'https://keys.fireblocks.io/.well-known/jwks.json': JSON.stringify({
      keys: [{ ...first.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS512', use: 'sig' }],
    }),
  },
  sign: ({ body, secret }) => {
    const header = Buffer.from(JSON.stringify({ alg: 'RS512', kid: 'key-1' })).toString('base64url');
    const signature = createSign('RSA-SHA512')
      .update(`${header}.${body.toString('base64url')}`)
      .sign(secret === 'the published key' ? first.privateKey : second.privateKey, 'base64url');
    return { headers: { 'fireblocks-webhook-signature': `${header}..${signature}` } };
  },
};
