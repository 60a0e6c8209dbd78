import { createHash, createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'livekit',
  source:
    'github.com/livekit/protocol webhook/url_notifier.go; https://docs.livekit.io/home/server/webhooks/',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  options: { apiKey: 'APIabc123' },
  covers: 'body',
  signatureHeaders: ['authorization'],
  body: '{"event":"room_started","room":{"sid":"RM_1","name":"standup"},"id":"EV_eugWmGhovZmm","createdAt":"1748077736"}',
  contentType: 'application/webhook+json',
  sign: ({ body, nowMs, secret }) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(nowMs / 1000);
    const claims = {
      iss: 'APIabc123',
      nbf: now,
      exp: now + 300,
      sha256: createHash('sha256').update(body).digest('base64'),
    };
    const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
    // No scheme stands in front of the token.
    return {
      headers: {
        authorization: `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`,
      },
    };
  },
};
