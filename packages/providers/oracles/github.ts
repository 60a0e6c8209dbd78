import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'github',
  source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
  secrets: ['a secret that was typed in', 'another secret'],
  covers: 'body',
  signatureHeaders: ['x-hub-signature-256'],
  body: '{"zen":"Keep it logically awesome.","repository":{"full_name":"acme/api"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  }),
};
