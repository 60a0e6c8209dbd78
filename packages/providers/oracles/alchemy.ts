import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'alchemy',
  source: 'https://docs.alchemy.com/reference/notify-api-faq',
  secrets: [
    `whsec_of_alchemy_${Buffer.alloc(16, 1).toString('hex')}`,
    `whsec_of_alchemy_${Buffer.alloc(16, 2).toString('hex')}`,
  ],
  covers: 'body',
  signatureHeaders: ['x-alchemy-signature'],
  body: '{"webhookId":"wh_octjglnywaupz6th","id":"whevt_ogrc5v64myey69ux","createdAt":"2026-05-24T11:08:56.000Z","type":"ADDRESS_ACTIVITY","event":{"network":"ETH_MAINNET","activity":[]}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-alchemy-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
