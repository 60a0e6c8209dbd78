import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'airwallex',
  source:
    'https://www.airwallex.com/docs/developer-tools/webhooks/webhooks-overview; https://www.skills.sh/hookdeck/webhook-skills/airwallex-webhooks',
  secrets: [
    `whsec_of_airwallex_${Buffer.alloc(16, 1).toString('hex')}`,
    `whsec_of_airwallex_${Buffer.alloc(16, 2).toString('hex')}`,
  ],
  covers: 'body',
  signatureHeaders: ['x-timestamp', 'x-signature'],
  body: '{"id":"evt_hkdmr7v9rg1j58ky8re","name":"payment_intent.succeeded","account_id":"acct_1","data":{"object":{"id":"int_1","amount":100}},"created_at":"2026-05-24T11:08:56+0000","version":"2024-06-14"}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(nowMs);
    const signature = createHmac('sha256', secret).update(timestamp).update(body).digest('hex');
    return { headers: { 'x-timestamp': timestamp, 'x-signature': signature } };
  },
};
