import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'buildkite',
  source: 'https://github.com/buildkite/docs pages/apis/webhooks/_verifying_hmac_signatures.md',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-buildkite-signature'],
  body: '{"event":"build.finished","build":{"id":"0f1e2d3c","state":"passed"},"pipeline":{"slug":"api"},"sender":{"id":"8a7693f8","name":"Emma"}}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return {
      headers: {
        'x-buildkite-event': 'build.finished',
        'x-buildkite-signature': `timestamp=${timestamp},signature=${signature}`,
      },
    };
  },
};
