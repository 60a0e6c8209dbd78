import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'x',
  source: 'xdevplatform/docs x-api/webhooks/introduction.mdx',
  secrets: ['the consumer secret of the app', 'another consumer secret of it'],
  covers: 'body',
  signatureHeaders: ['x-twitter-webhooks-signature'],
  body: '{"data":{"event_uuid":"1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f","filter":{"user_id":"2244994945"},"event_type":"profile.update.bio","tag":"bio","payload":{"before":"a","after":"b"}}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-twitter-webhooks-signature': `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`,
    },
  }),
  variants: {
    'by the client secret of OAuth 2.0': ({ body, secret }) => ({
      headers: {
        'x-twitter-webhooks-signature-oauth2': `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`,
      },
    }),
  },
};
