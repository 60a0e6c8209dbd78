import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'sanity',
  source: 'sanity-io/webhook-toolkit src/signature.ts',
  secrets: ['a long random text of Sanity', 'another random text of Sanity'],
  covers: 'body',
  signatureHeaders: ['sanity-webhook-signature'],
  body: '{"_id":"resume","_type":"page","title":"caf\u00e9"}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'sanity-operation': 'update',
      'sanity-document-id': 'resume',
      'sanity-dataset': 'production',
      'sanity-project-id': 'zp7mbokg',
      'idempotency-key': '4bfd3e1a-0000-4000-8000-1a2b3c4d5e6f',
      'sanity-webhook-signature': `t=${nowMs},v1=${createHmac('sha256', secret).update(`${nowMs}.`).update(body).digest('base64url')}`,
    },
  }),
};
