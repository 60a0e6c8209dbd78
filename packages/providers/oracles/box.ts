import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const sign = ({ body, nowMs }: Unsigned, primary: string, secondary: string): Signed => {
  const timestamp = new Date(nowMs - 7 * 3_600_000).toISOString().replace('.000Z', '-07:00');
  const signature = (key: string) =>
    createHmac('sha256', key).update(body).update(timestamp).digest('base64');
  return {
    headers: {
      'box-delivery-id': 'f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f',
      'box-delivery-timestamp': timestamp,
      'box-signature-algorithm': 'HmacSHA256',
      'box-signature-primary': signature(primary),
      'box-signature-secondary': signature(secondary),
      'box-signature-version': '1',
    },
  };
};

export const oracle: Oracle = {
  provider: 'box',
  source: 'https://developer.box.com/guides/webhooks/v2/signatures-v2',
  secrets: ['SamplePrimaryKeyThatWasMadeUp01', 'AnotherKeyThatWasMadeUpForTests'],
  covers: 'body',
  signatureHeaders: ['box-signature-primary', 'box-delivery-timestamp'],
  body: '{"type":"webhook_event","id":"0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9","created_at":"2026-05-24T04:08:56-07:00","trigger":"FILE.UPLOADED","webhook":{"id":"1000","type":"webhook"},"source":{"id":"73835521473","type":"file"}}',
  toleranceSeconds: 600,
  variants: {
    'by the secondary key alone': (unsigned) => sign(unsigned, 'a key that was replaced', unsigned.secret),
  },
  sign: (unsigned) => sign(unsigned, unsigned.secret, 'a key that this source does not have'),
};
