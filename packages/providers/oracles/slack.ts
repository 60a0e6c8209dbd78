import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const signed = ({ nowMs, secret }: Unsigned, body: Buffer): Signed['headers'] => ({
  'x-slack-request-timestamp': `${nowMs / 1000}`,
  'x-slack-signature': `v0=${createHmac('sha256', secret)
    .update(`v0:${nowMs / 1000}:`)
    .update(body)
    .digest('hex')}`,
});

export const oracle: Oracle = {
  provider: 'slack',
  source: 'slackapi/bolt-js src/receivers/verify-request.ts',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-slack-signature', 'x-slack-request-timestamp'],
  body: '{"token":"one-long-verification-token","team_id":"T061EG9R6","api_app_id":"A0PNCHHK2","event":{"type":"message","channel":"C024BE91L","user":"U2147483697","text":"Live long and prosper","ts":"1700000000.000005"},"type":"event_callback","event_id":"Ev0PV52K21","event_time":1700000000}',
  toleranceSeconds: 300,
  sign: (unsigned) => ({ headers: signed(unsigned, unsigned.body) }),
  variants: {
    'a slash command': (unsigned) => {
      const body = Buffer.from(
        'token=x&team_id=T061EG9R6&command=%2Fdeploy&text=now&trigger_id=13345224609.738474920.8088930838d88f008e0',
      );
      return {
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...signed(unsigned, body) },
      };
    },
  },
};
