import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'cal-com',
  source:
    'https://cal.com/docs/core-features/webhooks; github.com/calcom/cal.com packages/features/webhooks/lib/sendPayload.ts',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-cal-signature-256'],
  body: '{"triggerEvent":"BOOKING_CREATED","createdAt":"2026-05-24T11:08:56.000Z","payload":{"type":"60min","title":"60min between Pro Example and John Doe","uid":"bFJeNb2uX8ANpT3JL5EfXw"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-cal-signature-256': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
