import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'sentry',
  source: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['sentry-hook-signature'],
  body: '{"action":"created","installation":{"uuid":"a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},"data":{"issue":{"id":"1170820242","title":"ReferenceError: heck is not defined"}},"actor":{"type":"application","id":"sentry","name":"Sentry"}}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'request-id': 'a7c1f1e2-0000-4000-8000-1a2b3c4d5e6f',
      'sentry-hook-resource': 'issue',
      'sentry-hook-timestamp': `${nowMs / 1000}`,
      'sentry-hook-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
