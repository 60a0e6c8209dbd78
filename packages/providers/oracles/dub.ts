import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'dub',
  source:
    'github.com/dubinc/docs docs/webhooks/verify-webhook-requests.mdx; github.com/dubinc/dub apps/web/lib/webhook/signature.ts',
  secrets: [`whsec_${Buffer.alloc(16, 1).toString('hex')}`, `whsec_${Buffer.alloc(16, 2).toString('hex')}`],
  covers: 'body',
  signatureHeaders: ['dub-signature'],
  body: '{"id":"evt_KleiO4HwBxbSDJLhMF1hkpVpZ","event":"link.created","createdAt":"2026-05-24T11:08:56.000Z","data":{"id":"link_1"}}',
  sign: ({ body, secret }) => ({
    headers: { 'dub-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
