import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'workos',
  source: 'https://workos.com/docs/events/data-syncing/webhooks and workos/workos-node signature-provider.ts',
  secrets: ['a signing secret of WorkOS', 'another signing secret of WorkOS'],
  covers: 'body',
  signatureHeaders: ['workos-signature'],
  body: '{"id":"event_01FKJ843CVE8F7BXQSPFH0M53V","data":{"object":"directory_user","id":"directory_user_01E1X1B89NH8Z3SDFJR4H7RGX7"},"event":"dsync.user.updated","created_at":"2023-11-14T22:13:20.000Z"}',
  toleranceSeconds: 180,
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'workos-signature': `t=${nowMs}, v1=${createHmac('sha256', secret).update(`${nowMs}.`).update(body).digest('hex')}`,
    },
  }),
};
