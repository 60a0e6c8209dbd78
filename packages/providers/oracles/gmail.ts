import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [google, stranger] = [pair(), pair()];

export const oracle: Oracle = {
  provider: 'gmail',
  source:
    'https://docs.cloud.google.com/pubsub/docs/push; https://developers.google.com/workspace/gmail/api/guides/push',
  secrets: ['the key of Google', 'the key of a stranger'],
  options: {
    audience: 'https://hooks.example.com/in/1',
    serviceAccountEmail: 'push@my-project.iam.gserviceaccount.com',
    subscription: 'projects/my-project/subscriptions/mail',
  },
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"message":{"data":"eyJlbWFpbEFkZHJlc3MiOiAidXNlckBleGFtcGxlLmNvbSIsICJoaXN0b3J5SWQiOiAiMTIzNDU2Nzg5MCJ9","messageId":"2070443601311540","message_id":"2070443601311540","publishTime":"2026-05-24T11:08:56.000Z","publish_time":"2026-05-24T11:08:56.000Z"},"subscription":"projects/my-project/subscriptions/mail"}',
  published: {
    'https://www.googleapis.com/oauth2/v3/certs': JSON.stringify({
      keys: [{ ...google.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' }],
    }),
  },
  sign: ({ nowMs, secret }) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(nowMs / 1000);
    const claims = {
      aud: 'https://hooks.example.com/in/1',
      azp: '113774264463038321964',
      email: 'push@my-project.iam.gserviceaccount.com',
      email_verified: true,
      exp: now + 3600,
      iat: now,
      iss: 'https://accounts.google.com',
      sub: '113774264463038321964',
    };
    const input = `${part({ alg: 'RS256', kid: 'key-1', typ: 'JWT' })}.${part(claims)}`;
    const signature = createSign('RSA-SHA256')
      .update(input)
      .sign(secret === 'the key of Google' ? google.privateKey : stranger.privateKey, 'base64url');
    return { headers: { authorization: `Bearer ${input}.${signature}` } };
  },
};
