import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const sign = ({ body, nowMs, secret }: Unsigned, before = ''): Signed => {
  const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W';
  const timestamp = String(Math.floor(nowMs / 1000));
  const key = Buffer.from(secret, 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return {
    headers: {
      'finch-event-id': id,
      'finch-timestamp': timestamp,
      'finch-signature': `${before}v1,${signature}`,
    },
  };
};

export const oracle: Oracle = {
  provider: 'finch',
  source:
    'github.com/Finch-API/finch-api-node src/resources/webhooks.ts; github.com/Finch-API/docs developer-resources/Webhooks.mdx',
  secrets: [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')],
  covers: 'body',
  signatureHeaders: ['finch-event-id', 'finch-timestamp', 'finch-signature'],
  body: '{"company_id":"720be419-0293-4d32-a707-32179b0827ab","account_id":"0f1e2d3c","event_type":"directory.created","data":{"individual_id":"1"}}',
  toleranceSeconds: 300,
  variants: {
    'behind the signature of another secret': (unsigned) =>
      sign(unsigned, `v1,${Buffer.alloc(32, 7).toString('base64')} `),
  },
  sign: (unsigned) => sign(unsigned),
};
