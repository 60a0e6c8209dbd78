import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'cursor',
  source: 'https://cursor.com/docs/cloud-agent/api/webhooks.md',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-webhook-signature'],
  body: '{"event":"statusChange","timestamp":"2026-05-24T11:08:56Z","id":"bc_abc123","status":"FINISHED","source":{"repository":"https://github.com/acme/api","ref":"main"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-webhook-event': 'statusChange',
      'x-webhook-id': '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
      'x-webhook-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  }),
};
