import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const signature = (body: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('base64');

export const oracle: Oracle = {
  provider: 'hookdeck',
  source: 'https://hookdeck.com/docs/authentication; https://hookdeck.com/docs/destinations',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-hookdeck-signature'],
  body: '{"id":"order-42","type":"order.paid"}',
  variants: {
    'in the second header while the secret is rolled': ({ body, secret }) => ({
      headers: {
        'x-hookdeck-signature': signature(body, 'the new secret'),
        'x-hookdeck-signature-2': signature(body, secret),
      },
    }),
  },
  sign: ({ body, secret }) => ({
    headers: { 'x-hookdeck-eventid': 'evt_1', 'x-hookdeck-signature': signature(body, secret) },
  }),
};
