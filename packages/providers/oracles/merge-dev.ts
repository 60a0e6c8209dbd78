import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'merge-dev',
  source: 'merge-api/merge-unified-skills skills/merge-onboarding/references/webhooks.md',
  secrets: ['a webhook signature key of Merge', 'another signature key of Merge'],
  covers: 'body',
  signatureHeaders: ['x-merge-webhook-signature'],
  body: '{"hook":{"id":"4e1f6ce2-2f6a-4f2c-a1c5-6b3b1e0b9a57","event":"LinkedAccount.synced","target":"https://hooks.example.com/in/1"},"linked_account":{"id":"0f8a7a2e-0f5b-4f4c-8d4e-2a3e1c1f2b3d","integration":"BambooHR"},"data":{}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-merge-webhook-signature': createHmac('sha256', secret).update(body).digest('base64url') },
  }),
  variants: {
    padded: ({ body, secret }) => ({
      headers: {
        'x-merge-webhook-signature': `${createHmac('sha256', secret).update(body).digest('base64url')}=`,
      },
    }),
  },
};
