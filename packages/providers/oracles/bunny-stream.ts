import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'bunny-stream',
  source: 'https://docs.bunny.net/stream/webhooks',
  secrets: ['0f1e2d3c-4b5a-6978-879691a5b4c3-d2e1-f0a9', '9a0f1e2d-c3b4-a5f6-e7d896879a5b-4c3d-2e1f'],
  covers: 'body',
  signatureHeaders: ['x-bunnystream-signature'],
  body: '{"VideoLibraryId":133,"VideoGuid":"657bb740-a71b-4529-a012-528021c31a92","Status":3}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-bunnystream-signature-version': 'v1',
      'x-bunnystream-signature-algorithm': 'hmac-sha256',
      'x-bunnystream-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
  }),
};
