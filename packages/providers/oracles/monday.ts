import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'monday',
  source: 'https://developer.monday.com/apps/docs/integration-authorization',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  // A token for the address; it says nothing of the body.
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"event":{"userId":9603417,"originalTriggerUuid":null,"boardId":1771812698,"pulseId":1772099344,"pulseName":"Create_item webhook","groupId":"topics","type":"create_pulse","triggerTime":"2023-11-14T22:13:20.000Z","subscriptionId":73759690,"triggerUuid":"b5ed2e17c530f43668de130142445cba"}}',
  sign: ({ url, nowMs, secret }) => {
    const claims = {
      accountId: 1825529,
      userId: 9603417,
      aud: url,
      exp: nowMs / 1000 + 300,
      iat: nowMs / 1000,
    };
    const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return {
      headers: { authorization: `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}` },
    };
  },
};
