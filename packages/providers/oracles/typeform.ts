import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'typeform',
  source: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
  secrets: ['a long random text of Typeform', 'another random text of Typeform'],
  covers: 'body',
  signatureHeaders: ['typeform-signature'],
  body: '{"event_id":"LtWXD3crgy","event_type":"form_response","form_response":{"form_id":"lT4Z3j","token":"a3a12ec67a1365927098a606107fac15","submitted_at":"2023-11-14T22:13:20Z","answers":[]}}',
  sign: ({ body, secret }) => ({
    headers: {
      'typeform-signature': `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`,
    },
  }),
};
