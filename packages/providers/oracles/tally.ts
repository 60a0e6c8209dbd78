import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'tally',
  source: 'https://tally.so/help/webhooks',
  secrets: ['a long random text of Tally', 'another random text of Tally'],
  covers: 'body',
  signatureHeaders: ['tally-signature'],
  body: '{"eventId":"a4cb511e-d513-4fa5-baee-b815d718dfd1","eventType":"FORM_RESPONSE","createdAt":"2023-11-14T22:13:20.000Z","data":{"responseId":"2wgx4n","submissionId":"2wgx4n","formId":"VwbNEw","fields":[]}}',
  sign: ({ body, secret }) => ({
    headers: { 'tally-signature': createHmac('sha256', secret).update(body).digest('base64') },
  }),
};
