import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [first, second] = [pair(), pair()];

export const oracle: Oracle = {
  provider: 'constant-contact',
  source: 'https://developer.constantcontact.com/api_guide/webhook_authenticity.html; RFC 7797',
  secrets: ['the published key', 'the key of a stranger'],
  covers: 'body',
  signatureHeaders: ['x-ctct-webhook-sig'],
  body: '{"url_prefix":"https://api.cc.email","event_type":"tier.increase","api_key":"0f1e2d3c","encoded_account_id":"a07e1il69s8g","current_tier":"3"}',
  published: {
    'https://developer.constantcontact.com/.well-known/jwks.json': JSON.stringify({
      keys: [{ ...first.publicKey.export({ format: 'jwk' }), kid: 'webhooks', alg: 'RS256', use: 'sig' }],
    }),
  },
  sign: ({ body, nowMs, secret }) => {
    const header = Buffer.from(
      JSON.stringify({ alg: 'RS256', ts: Math.floor(nowMs / 1000), b64: false, crit: ['b64'] }),
    ).toString('base64url');
    const signature = createSign('RSA-SHA256')
      .update(`${header}.`)
      .update(body)
      .sign(secret === 'the published key' ? first.privateKey : second.privateKey, 'base64url');
    return { headers: { 'x-ctct-webhook-sig': `${header}..${signature}` } };
  },
};
