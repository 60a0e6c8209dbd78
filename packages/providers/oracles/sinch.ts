import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'sinch',
  source: 'sinch/docs docs/conversation/conversation-callbacks.md',
  secrets: ['a long random text of Sinch', 'another random text of Sinch'],
  covers: 'body',
  signatureHeaders: [
    'x-sinch-webhook-signature',
    'x-sinch-webhook-signature-nonce',
    'x-sinch-webhook-signature-timestamp',
  ],
  body: '{"app_id":"01E9DQJFPWGZ2N05Z3FVR3QV2C","accepted_time":"2023-11-14T22:13:20Z","event_time":"2023-11-14T22:13:20Z","project_id":"c36f3d3d-1523-4edd-ae42-11995557ff61","message":{"id":"01EQ8235TD19N21XQTH12B145D","direction":"TO_APP","contact_message":{"text_message":{"text":"Hello"}}},"message_metadata":""}',
  sign: ({ body, nowMs, secret }) => {
    const nonce = '01FJA8B4A7BM43YGWSG9GBV067';
    const timestamp = `${nowMs / 1000}`;
    return {
      headers: {
        'x-sinch-webhook-signature-nonce': nonce,
        'x-sinch-webhook-signature-timestamp': timestamp,
        'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
        'x-sinch-webhook-signature': createHmac('sha256', secret)
          .update(body)
          .update(`.${nonce}.${timestamp}`)
          .digest('base64'),
      },
    };
  },
};
