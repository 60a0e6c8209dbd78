import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [first, second] = [pair(), pair()];
const secrets = [
  first.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  second.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
] as const;

export const oracle: Oracle = {
  provider: 'fusionauth',
  source:
    'github.com/FusionAuth/fusionauth-site astro/src/content/docs/extend/events-and-webhooks/signing.mdx',
  secrets,
  options: { algorithm: 'RS256' },
  covers: 'body',
  signatureHeaders: ['x-fusionauth-signature-jwt'],
  body: '{"event":{"createInstant":1748077736000,"id":"e502168a-b469-45d9-a079-fd45f83e0406","info":{},"tenantId":"e872a880","type":"user.create","user":{"id":"00000000-0000-0001-0000-000000000000"}}}',
  sign: ({ body, secret }) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { request_body_sha256: createHash('sha256').update(body).digest('base64') };
    const input = `${part({ alg: 'RS256', typ: 'JWT', kid: '_H07wVG1fV3l5ih74rNxIC3nevE' })}.${part(claims)}`;
    const signature = createSign('RSA-SHA256')
      .update(input)
      .sign(secret === secrets[0] ? first.privateKey : second.privateKey, 'base64url');
    return { headers: { 'x-fusionauth-signature-jwt': `${input}.${signature}` } };
  },
};
