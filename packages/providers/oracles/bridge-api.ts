import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const signature = (body: Buffer, secret: string): string =>
  createHmac('sha256', secret).update(body).digest('hex').toUpperCase();

export const oracle: Oracle = {
  provider: 'bridge-api',
  source:
    'https://docs.bridgeapi.io/docs/secure-your-webhooks; github.com plug-ins for WooCommerce and Thelia that follow it',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['bridgeapi-signature'],
  body: '{"content":{"item_id":1234567890,"status":0,"user_uuid":"0f1e2d3c"},"timestamp":1611681789,"type":"item.refreshed"}',
  variants: {
    'before the signature of the older secret': ({ body, secret }) => ({
      headers: {
        'bridgeapi-signature': `v1=${signature(body, secret)},v1=${signature(body, 'the older secret')}`,
      },
    }),
  },
  sign: ({ body, secret }) => ({ headers: { 'bridgeapi-signature': `v1=${signature(body, secret)}` } }),
};
