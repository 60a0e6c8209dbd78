import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'vercel',
  source: 'https://vercel.com/docs/webhooks/webhooks-api',
  secrets: ['a secret of Vercel, shown once', 'another secret of Vercel'],
  covers: 'body',
  signatureHeaders: ['x-vercel-signature'],
  body: '{"id":"cm1a2b3c4d5e6f7g8h9","type":"deployment.succeeded","createdAt":1700000000000,"region":"iad1","payload":{"team":{"id":"team_1"},"deployment":{"id":"dpl_1","name":"api"}}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-vercel-signature': createHmac('sha1', secret).update(body).digest('hex') },
  }),
};
