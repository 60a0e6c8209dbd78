import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'segment',
  source: 'segmentio/action-destinations packages/destination-actions/src/destinations/webhook',
  secrets: ['a shared secret of Segment', 'another shared secret of Segment'],
  covers: 'body',
  signatureHeaders: ['x-signature'],
  body: '{"type":"track","event":"Order Completed","messageId":"ajs-next-1700000000000-1a2b","userId":"user-1","timestamp":"2023-11-14T22:13:20.000Z","properties":{"total":10}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-signature': createHmac('sha1', secret).update(body).digest('hex') },
  }),
  variants: {
    'a batch, of which the first item is signed': ({ body, secret }) => ({
      body: Buffer.from(`[${body.toString()},{"type":"identify","messageId":"ajs-next-1700000000000-3c4d"}]`),
      headers: { 'x-signature': createHmac('sha1', secret).update(body).digest('hex') },
    }),
  },
};
