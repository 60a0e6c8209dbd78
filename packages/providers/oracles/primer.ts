import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, secret }: Unsigned) => createHmac('sha256', secret).update(body).digest('base64');

export const oracle: Oracle = {
  provider: 'primer',
  source: 'https://primer.io/docs/api-reference/get-started/configure-webhooks',
  secrets: ['a signing secret of Primer', 'another signing secret of Primer'],
  covers: 'body',
  signatureHeaders: ['x-signature-primary'],
  body: '{"eventType":"PAYMENT.STATUS","date":"2023-11-14T22:13:20.000000","notificationConfig":{"id":"00000000-0000-0000-0000-000000000000","description":"Status"},"version":"2.4","signedAt":"1700000000","payment":{"id":"DdRZ6YY0","status":"AUTHORIZED"}}',
  sign: (unsigned) => ({ headers: { 'x-signature-primary': signature(unsigned) } }),
  variants: {
    'by the old secret, for 24 hours after a change': (unsigned) => ({
      headers: {
        'x-signature-primary': signature({ ...unsigned, secret: 'the new secret' }),
        'x-signature-secondary': signature(unsigned),
      },
    }),
  },
};
