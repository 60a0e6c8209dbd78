import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'chargify',
  source:
    'https://docs.maxio.com/hc/en-us/articles/24266136649869-Webhooks-Reference; gist.github.com/moklett/7456242 (by Chargify)',
  secrets: [Buffer.alloc(20, 1).toString('hex'), Buffer.alloc(20, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-chargify-webhook-signature-hmac-sha-256'],
  body: 'id=1748077736&event=signup_success&payload[subscription][id]=12&payload[subscription][state]=active',
  contentType: 'application/x-www-form-urlencoded',
  sign: ({ body, secret }) => ({
    headers: {
      'x-chargify-webhook-id': '1748077736',
      'x-chargify-webhook-signature-hmac-sha-256': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
