import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'nmi',
  source:
    'hookdeck/webhook-skills nmi-webhooks (a third party that follows the sample of NMI; documentation of NMI: https://docs.nmi.com)',
  secrets: ['A1B2C3D4E5F60718', 'B1B2C3D4E5F60718'],
  covers: 'body',
  signatureHeaders: ['webhook-signature'],
  body: '{"event_id":"6f1f6b3a-2a4b-4a62-8f0e-5f2e0a5d7c11","event_type":"transaction.sale.success","event_body":{"merchant":{"id":"1234","name":"Test Account"},"transaction_id":"7654321"}}',
  sign: ({ body, secret }) => {
    const nonce = 'f3c1e9a2b7d84c15';
    const hash = createHmac('sha256', secret).update(`${nonce}.`).update(body).digest('hex');
    return { headers: { 'webhook-signature': `t=${nonce},s=${hash}` } };
  },
};
