import { createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const signature = ({ body, nowMs, secret }: Unsigned) =>
  createHmac('sha256', secret)
    .update(`${nowMs / 1000}.`)
    .update(body)
    .digest('hex');

export const oracle: Oracle = {
  provider: 'mux',
  source: 'muxinc/mux-node-sdk src/resources/webhooks/webhooks.ts',
  secrets: ['a signing secret of Mux', 'another signing secret of Mux'],
  covers: 'body',
  signatureHeaders: ['mux-signature'],
  body: '{"type":"video.asset.ready","id":"b6f0c3ea-1f5d-4a55-9c49-8f7a0f3f0b9a","created_at":"2023-11-14T22:13:20.000000Z","object":{"type":"asset","id":"0201p02fGKPE7MrbC269XRD7LpcHhrmbu0002"},"environment":{"name":"Production","id":"j0863n"},"data":{"status":"ready"},"attempts":[]}',
  toleranceSeconds: 300,
  sign: (unsigned) => ({
    headers: { 'mux-signature': `t=${unsigned.nowMs / 1000},v1=${signature(unsigned)}` },
  }),
  variants: {
    'several signatures': (unsigned) => ({
      headers: {
        'mux-signature': `t=${unsigned.nowMs / 1000},v1=${signature({ ...unsigned, secret: 'the new secret' })},v1=${signature(unsigned)}`,
      },
    }),
  },
};
