import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const nonce = '12345678901234567890';
const signature = ({ url, secret }: Unsigned) =>
  createHmac('sha256', secret)
    .update(`${url.replace(/\?.*/, '')}${nonce}`)
    .digest('base64');

export const oracle: Oracle = {
  provider: 'plivo-v2',
  source: 'plivo/plivo-node lib/utils/security.js',
  secrets: [Buffer.alloc(30, 1).toString('base64'), Buffer.alloc(30, 2).toString('base64')],
  covers: 'nothing',
  signatureHeaders: ['x-plivo-signature-v2', 'x-plivo-signature-v2-nonce'],
  contentType: 'application/x-www-form-urlencoded',
  body: 'From=14155551234&To=14155556789&Text=Hello&Type=sms&MessageUUID=5b40a428-bfc7-4daf-9d06-726c558bf3b8',
  sign: (unsigned) => ({
    headers: { 'x-plivo-signature-v2': signature(unsigned), 'x-plivo-signature-v2-nonce': nonce },
  }),
  variants: {
    'with a query, which is not signed': (unsigned) => ({
      url: `${unsigned.url}?tenant=1`,
      headers: {
        'x-plivo-signature-v2': signature({ ...unsigned, url: `${unsigned.url}?tenant=1` }),
        'x-plivo-signature-v2-nonce': nonce,
      },
    }),
    'by the token of the main account': (unsigned) => ({
      headers: {
        'x-plivo-signature-v2': signature({ ...unsigned, secret: 'the token of a subaccount' }),
        'x-plivo-signature-ma-v2': signature(unsigned),
        'x-plivo-signature-v2-nonce': nonce,
      },
    }),
  },
};
