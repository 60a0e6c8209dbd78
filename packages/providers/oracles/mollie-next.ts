import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, secret }: Unsigned) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

export const oracle: Oracle = {
  provider: 'mollie-next',
  source:
    'mollie/mollie-api-php src/Webhooks/SignatureValidator.php and docs/recipes/webhooks/signature-verification.md',
  secrets: ['a signing secret of Mollie', 'another signing secret of Mollie'],
  covers: 'body',
  signatureHeaders: ['x-mollie-signature'],
  body: '{"resource":"event","id":"event_GvJ8WHrp5isUdRub9CJyH","type":"payment-link.paid","entityId":"pl_qng5gbbv8NAZ5gpM5ZYgx","createdAt":"2023-11-14T22:13:20.0Z","_links":{}}',
  sign: (unsigned) => ({ headers: { 'x-mollie-signature': signature(unsigned) } }),
  variants: {
    'one header of each secret after a change': (unsigned) => ({
      headers: {
        'x-mollie-signature': [signature({ ...unsigned, secret: 'the new secret' }), signature(unsigned)],
      },
    }),
  },
};
