import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** The key is the text of the Connect key, which looks like base64. */
const signature = (body: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

export const oracle: Oracle = {
  provider: 'docusign',
  source:
    'https://developers.docusign.com/docs/platform/webhooks/connect/validate; github.com/docusign/code-examples-node lib/connect/examples/validateWebhookMessage.js',
  secrets: [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')],
  covers: 'body',
  signatureHeaders: ['x-docusign-signature-1'],
  body: '{"event":"envelope-completed","apiVersion":"v2.1","uri":"/restapi/v2.1/accounts/1/envelopes/2","retryCount":0,"configurationId":1,"generatedDateTime":"2026-05-24T11:08:56.000Z","data":{"accountId":"1","envelopeId":"2"}}',
  variants: {
    'by the second key of the account': ({ body, secret }) => ({
      headers: {
        'x-docusign-signature-1': signature(body, 'the first key'),
        'x-docusign-signature-2': signature(body, secret),
      },
    }),
  },
  sign: ({ body, secret }) => ({ headers: { 'x-docusign-signature-1': signature(body, secret) } }),
};
