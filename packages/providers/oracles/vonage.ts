import { createHash, createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'vonage',
  source: 'Nexmo/nexmo-developer _documentation/en/messages/concepts/signed-webhooks.md',
  secrets: ['the signature secret of the account, typed', 'another signature secret of the account'],
  covers: 'body',
  signatureHeaders: ['authorization'],
  body: '{"to":"447700900000","from":"447700900001","channel":"sms","message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","timestamp":"2023-11-14T22:13:20Z","message_type":"text","text":"Hello"}',
  sign: ({ body, nowMs, secret }) => {
    const claims = {
      iat: nowMs / 1000,
      jti: 'c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5',
      iss: 'Vonage',
      payload_hash: createHash('sha256').update(body).digest('hex'),
      api_key: 'a1b2c3d',
      application_id: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
    };
    const text = [{ typ: 'JWT', alg: 'HS256' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return {
      headers: {
        authorization: `Bearer ${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`,
      },
    };
  },
};
