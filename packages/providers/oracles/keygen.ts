import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const [first, second] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const hex = (key: KeyObject): string =>
  Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url').toString('hex');
const secrets = [hex(first.publicKey), hex(second.publicKey)] as const;

export const oracle: Oracle = {
  provider: 'keygen',
  source:
    'https://keygen.sh/docs/api/signatures/; github.com/keygen-sh/keygen-api app/controllers/concerns/signature_methods.rb, app/workers/webhook_worker.rb',
  secrets,
  covers: 'body',
  signatureHeaders: ['keygen-signature', 'date'],
  body: '{"data":{"id":"0f1e2d3c","type":"webhook-events","attributes":{"endpoint":"https://hooks.example.com/in/1","payload":"{}","event":"license.created","status":"DELIVERING"}}}',
  contentType: 'application/json',
  sign: ({ body, url, method, nowMs, secret }) => {
    const { host, pathname, search } = new URL(url);
    const date = new Date(nowMs).toUTCString();
    const digest = `sha-256=${createHash('sha256').update(body).digest('base64')}`;
    const text = `(request-target): ${method.toLowerCase()} ${pathname}${search}\nhost: ${host}\ndate: ${date}\ndigest: ${digest}`;
    const signature = sign(
      null,
      Buffer.from(text),
      secret === secrets[0] ? first.privateKey : second.privateKey,
    ).toString('base64');
    return {
      headers: {
        host,
        date,
        digest,
        'keygen-signature': `keyid="1fddcec8-8dd3-4d8d-9b16-215cac0f9b52", algorithm="ed25519", signature="${signature}", headers="(request-target) host date digest"`,
      },
    };
  },
};
