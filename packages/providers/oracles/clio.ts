import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'clio',
  source:
    'https://docs.developers.clio.com/guides/clio-manage/webhooks/; github.com/hookdeck/webhook-skills skills/clio-webhooks/SKILL.md',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-hook-signature'],
  body: '{"data":{"id":42,"etag":"\\"0f1e2d3c\\"","created_at":"2026-05-24T11:08:56Z"},"meta":{"event":"created","webhook_id":1}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-hook-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
