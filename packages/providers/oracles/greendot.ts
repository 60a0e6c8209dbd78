import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'greendot',
  source: 'RFC 6750; RFC 7519; github.com/hookdeck/webhook-skills skills/greendot-webhooks/SKILL.md',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  options: { algorithm: 'HS256', issuer: 'https://auth.example.com' },
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"eventType":"transactionPosted","accountIdentifier":"0f1e2d3c"}',
  sign: ({ nowMs, secret }) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(nowMs / 1000);
    const claims = {
      iss: 'https://auth.example.com',
      sub: 'greendot',
      scope: 'post:webhook',
      iat: now,
      exp: now + 3600,
    };
    const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    const signature = createHmac('sha256', secret).update(input).digest('base64url');
    return {
      headers: {
        authorization: `Bearer ${input}.${signature}`,
        'x-gd-requestid': '0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0',
      },
    };
  },
};
