import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, nowMs, secret }: Unsigned) =>
  `t=${nowMs / 1000},v1=${createHmac('sha256', secret)
    .update(`${nowMs / 1000}.`)
    .update(body)
    .digest('hex')}`;

export const oracle: Oracle = {
  provider: 'persona',
  source: 'https://docs.withpersona.com/docs/webhooks-best-practices',
  secrets: ['wbhsec_first-secret-of-the-webhook', 'wbhsec_second-secret-of-the-webhook'],
  covers: 'body',
  signatureHeaders: ['persona-signature'],
  body: '{"data":{"type":"event","id":"evt_XGuRDQemKQ5pSgPS3Z3bZcJ8","attributes":{"name":"inquiry.completed","created-at":"2023-11-14T22:13:20.000Z","payload":{"data":{"type":"inquiry","id":"inq_2CVZ4HyVg7qaboXz2PUHknAn"}}}}}',
  sign: (unsigned) => ({ headers: { 'persona-signature': signature(unsigned) } }),
  variants: {
    'two sets while the secret is changed': (unsigned) => ({
      headers: {
        'persona-signature': `${signature({ ...unsigned, secret: 'the new secret' })} ${signature(unsigned)}`,
      },
    }),
  },
};
