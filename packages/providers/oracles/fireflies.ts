import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'fireflies',
  source: 'https://docs.fireflies.ai/graphql-api/webhooks-v2',
  secrets: ['made-up secret 01', 'made-up secret 02'],
  covers: 'body',
  signatureHeaders: ['x-hub-signature'],
  body: '{"event":"meeting.transcribed","timestamp":1748077736000,"meeting_id":"ASxwZxCstx"}',
  sign: ({ body, secret }) => ({
    headers: { 'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  }),
};
