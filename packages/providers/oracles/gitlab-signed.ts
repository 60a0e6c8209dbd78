import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'gitlab-signed',
  source:
    'gitlab.com/gitlab-org/gitlab merge requests 230944 and 231325; github.com/standard-webhooks/standard-webhooks',
  secrets: [
    `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    `whsec_${Buffer.alloc(32, 2).toString('base64')}`,
  ],
  covers: 'body',
  signatureHeaders: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  body: '{"object_kind":"push","event_name":"push","ref":"refs/heads/main","project_id":15,"commits":[]}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const id = 'f5e57ebe-07c7-4ef5-9238-23c55f62722a';
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
    return {
      headers: {
        'x-gitlab-event': 'Push Hook',
        'idempotency-key': 'f5e57ebe-07c7-4ef5-9238-23c55f62722a',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
    };
  },
};
