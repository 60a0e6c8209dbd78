import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const signature = (body: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex');

export const oracle: Oracle = {
  provider: 'circleci',
  source: 'github.com/circleci/circleci-docs outbound-webhooks.adoc',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['circleci-signature'],
  body: '{"type":"workflow-completed","id":"3888f21b-eaa7-38e3-8f3d-75a63bba8895","happened_at":"2026-05-24T11:08:56.000Z","webhook":{"id":"cf8c4fdd","name":"Sample"},"workflow":{"status":"success"}}',
  variants: {
    'in a list with a signature of a later version': ({ body, secret }) => ({
      headers: { 'circleci-signature': `v1=${signature(body, secret)},v2=${'0'.repeat(64)}` },
    }),
  },
  sign: ({ body, secret }) => ({ headers: { 'circleci-signature': `v1=${signature(body, secret)}` } }),
};
