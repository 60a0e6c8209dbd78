import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const sign = ({ body, nowMs, secret }: Unsigned, before = ''): Signed => {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha512', secret).update(`${timestamp}.`).update(body).digest('hex');
  return { headers: { 'x-affirm-signature': `t=${timestamp},${before}v0=${signature}` } };
};

export const oracle: Oracle = {
  provider: 'affirm',
  source: 'https://docs.affirm.com/developers/docs/checking-webhook-signatures',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-affirm-signature'],
  body: '{"event":"opened","event_timestamp":"2026-05-24T11:08:56.000Z","checkout_token":"6QGYDVR4LBUFRN9B","webhook_session_id":"1f7a8b2c"}',
  toleranceSeconds: 300,
  variants: {
    'behind a signature of another scheme': (unsigned) => sign(unsigned, `v1=${'0'.repeat(128)},`),
  },
  sign: (unsigned) => sign(unsigned),
};
