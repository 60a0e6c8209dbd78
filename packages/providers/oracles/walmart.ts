import { createHash, createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, url, method, nowMs, secret }: Unsigned) => {
  const { pathname, search } = new URL(url);
  const hash = createHash('sha256').update(body).digest('hex');
  return createHmac('sha256', secret)
    .update(`${method}\n${pathname}${search}\n${nowMs / 1000}\n${hash}`)
    .digest('base64');
};

export const oracle: Oracle = {
  provider: 'walmart',
  source: 'https://developer.walmart.com/us-marketplace/docs/security-and-authenticity',
  secrets: ['the client secret of the notifications', 'another client secret of them'],
  covers: 'body',
  signatureHeaders: ['wm_sec.signature', 'wm_sec.timestamp'],
  body: '{"source":{"eventType":"PO_CREATED","eventTime":"2023-11-14T22:13:20.000Z","eventId":"5b40a428-bfc7-4daf-9d06-726c558bf3b8"},"payload":{"purchaseOrderId":"1234567890"}}',
  sign: (unsigned) => ({
    headers: {
      'wm_sec.key_id': '1',
      'wm_sec.timestamp': `${unsigned.nowMs / 1000}`,
      'wm_sec.signature': signature(unsigned),
    },
  }),
  variants: {
    'with a query': (unsigned) => {
      const url = `${unsigned.url}?tenant=1`;
      return {
        url,
        headers: {
          'wm_sec.timestamp': `${unsigned.nowMs / 1000}`,
          'wm_sec.signature': signature({ ...unsigned, url }),
        },
      };
    },
  },
};
