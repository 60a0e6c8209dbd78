import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

/** The key is the text of the signing key, its prefix included. */
const sign = ({ body, nowMs, secret }: Unsigned, behind = ''): Signed => {
  const id = 'b616ca659d154a5fb907dd8475792eeb';
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac('sha256', secret).update(`${id}${timestamp}`).update(body).digest('base64');
  return {
    headers: {
      'x-configcat-webhook-id': id,
      'x-configcat-webhook-timestamp': timestamp,
      'x-configcat-webhook-signature-v1': `${signature}${behind}`,
    },
  };
};

export const oracle: Oracle = {
  provider: 'configcat',
  source: 'github.com/configcat/docs website/docs/advanced/notifications-webhooks.mdx',
  secrets: [
    `configcat_whsk_${Buffer.alloc(32, 1).toString('base64')}`,
    `configcat_whsk_${Buffer.alloc(32, 2).toString('base64')}`,
  ],
  covers: 'body',
  signatureHeaders: [
    'x-configcat-webhook-id',
    'x-configcat-webhook-timestamp',
    'x-configcat-webhook-signature-v1',
  ],
  body: '{"productName":"Acme","configName":"Main","environmentName":"Production","changes":[]}',
  variants: {
    'in a list with the signature of another key': (unsigned) =>
      sign(unsigned, `,${Buffer.alloc(32, 7).toString('base64')}`),
  },
  sign: (unsigned) => sign(unsigned),
};
