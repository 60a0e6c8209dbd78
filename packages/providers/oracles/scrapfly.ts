import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'scrapfly',
  source: 'https://scrapfly.io/docs/scrape-api/webhook and scrapfly/python-scrapfly (tests of webhooks)',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-scrapfly-webhook-signature'],
  body: '{"config":{"url":"https://example.com/products"},"context":{"webhook":{"name":"hooks"}},"result":{"status":"DONE","status_code":200,"success":true,"content":"<html></html>"},"uuid":"ad4ff8f3-4d3b-4a2e-9e61-7d5a2ff8a6b1"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-scrapfly-webhook-resource-type': 'scrape',
      'x-scrapfly-webhook-job-id': 'ad4ff8f3-4d3b-4a2e-9e61-7d5a2ff8a6b1',
      'x-scrapfly-webhook-signature': createHmac('sha256', secret).update(body).digest('hex').toUpperCase(),
    },
  }),
  variants: {
    'an alert, signed with its time': ({ body, nowMs, secret }) => ({
      headers: {
        'x-scrapfly-webhook-resource-type': 'alert',
        'x-scrapfly-webhook-timestamp': `${nowMs / 1000}`,
        'x-scrapfly-webhook-signature': createHmac('sha256', secret)
          .update(`${nowMs / 1000}.`)
          .update(body)
          .digest('hex')
          .toUpperCase(),
      },
    }),
  },
};
