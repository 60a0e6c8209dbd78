import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'framer',
  source: 'https://www.framer.com/help/articles/framer-form-webhook-setup',
  secrets: ['a long random text of 32 characters at least', 'another random text of 32 characters at least'],
  covers: 'body',
  signatureHeaders: ['framer-signature'],
  body: '{"Name":"Emma","Email":"emma@example.com"}',
  sign: ({ body, secret }) => ({
    headers: {
      'framer-webhook-submission-id': '0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0',
      'framer-signature': `sha256=${createHmac('sha256', secret).update(body).update('0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0').digest('hex')}`,
    },
  }),
};
