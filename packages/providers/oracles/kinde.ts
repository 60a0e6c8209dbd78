import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [published, stranger] = [pair(), pair()];
const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'key-1', typ: 'JWT' })).toString('base64url');
/** The claims of the token, which is the whole body. */
const event = JSON.stringify({
  data: { user: { id: 'kp_0f1e2d3c4b5a69788796a5b4c3d2e1f0', email: 'emma@example.com' } },
  event_id: 'event_018fa7b2c3d4e5f60718293a4b5c6d7e',
  source: 'admin',
  timestamp: '2026-05-24T11:08:56.123456+10:00',
  type: 'user.created',
});

const sign = ({ body, secret }: Unsigned): Signed => {
  const input = `${header}.${body.toString('base64url')}`;
  const signature = createSign('RSA-SHA256')
    .update(input)
    .sign(secret === 'the published key' ? published.privateKey : stranger.privateKey, 'base64url');
  return {
    headers: { 'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W' },
    body: Buffer.from(`${input}.${signature}`),
  };
};

export const oracle: Oracle = {
  provider: 'kinde',
  source:
    'https://docs.kinde.com/integrate/webhooks/about-webhooks/; github.com/kinde-oss/webhook lib/main.ts',
  secrets: ['the published key', 'the key of a stranger'],
  options: { domain: 'https://acme.kinde.com' },
  covers: 'part',
  // Within the id of the user, so that the claims stay JSON.
  covered: Buffer.from(event).toString('base64url').slice(32, 44),
  signatureHeaders: [],
  body: event,
  contentType: 'application/jwt',
  published: {
    'https://acme.kinde.com/.well-known/jwks': JSON.stringify({
      keys: [{ ...published.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' }],
    }),
  },
  variants: {
    'with the older content type': (unsigned) => ({
      ...sign(unsigned),
      headers: { 'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', 'content-type': 'application/json' },
    }),
  },
  sign,
};
