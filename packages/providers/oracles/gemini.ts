import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const sign = ({ body, nowMs, secret }: Unsigned, before = ''): Signed => {
  const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `${before}v1,${signature}`,
    },
  };
};

export const oracle: Oracle = {
  provider: 'gemini',
  source:
    'https://ai.google.dev/gemini-api/docs/webhooks; github.com/google-gemini/cookbook quickstarts/Webhooks.ipynb',
  secrets: [
    `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
    `whsec_${Buffer.alloc(24, 2).toString('base64')}`,
  ],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"type":"batch.succeeded","version":"v1","timestamp":"2026-05-24T11:08:56Z","data":{"id":"batches/0f1e2d3c"}}',
  toleranceSeconds: 300,
  variants: {
    'behind the signature of another secret': (unsigned) =>
      sign(unsigned, `v1,${Buffer.alloc(32, 7).toString('base64')} `),
  },
  sign: (unsigned) => sign(unsigned),
};
