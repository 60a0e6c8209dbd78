import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const nonce = '05429567804466091622';
const signature = ({ body, url, secret }: Unsigned) => {
  const [address = '', query = ''] = url.split('?');
  const sortedQuery = [...new URLSearchParams(query)]
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
  const fields = [...new URLSearchParams(body.toString())]
    .map((field) => field.join(''))
    .sort()
    .join('');
  return createHmac('sha256', secret)
    .update(`${address}?${sortedQuery}${sortedQuery === '' ? '' : '.'}${fields}.${nonce}`)
    .digest('base64');
};

export const oracle: Oracle = {
  provider: 'plivo-v3',
  source: 'plivo/plivo-node lib/utils/v3Security.js',
  secrets: [Buffer.alloc(30, 1).toString('base64'), Buffer.alloc(30, 2).toString('base64')],
  covers: 'body',
  signatureHeaders: ['x-plivo-signature-v3', 'x-plivo-signature-v3-nonce'],
  contentType: 'application/x-www-form-urlencoded',
  body: 'CallUUID=97ceeb52-58b6-11e1-86da-77300b68f8bb&From=14155551234&To=14155556789&CallStatus=ringing&Direction=inbound&Event=StartApp',
  sign: (unsigned) => ({
    headers: { 'x-plivo-signature-v3': signature(unsigned), 'x-plivo-signature-v3-nonce': nonce },
  }),
  variants: {
    'with a query': (unsigned) => {
      const url = `${unsigned.url}?tenant=1&a=b`;
      return {
        url,
        headers: {
          'x-plivo-signature-v3': signature({ ...unsigned, url }),
          'x-plivo-signature-v3-nonce': nonce,
        },
      };
    },
    'several signatures': (unsigned) => ({
      headers: {
        'x-plivo-signature-v3': `${signature({ ...unsigned, secret: 'another token' })},${signature(unsigned)}`,
        'x-plivo-signature-v3-nonce': nonce,
      },
    }),
    'by the token of the main account': (unsigned) => ({
      headers: {
        'x-plivo-signature-v3': signature({ ...unsigned, secret: 'the token of a subaccount' }),
        'x-plivo-signature-ma-v3': signature(unsigned),
        'x-plivo-signature-v3-nonce': nonce,
      },
    }),
  },
};
