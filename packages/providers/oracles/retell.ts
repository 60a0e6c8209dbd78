import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'retell',
  source: 'RetellAI/retell-typescript-sdk src/lib/webhook_auth.ts',
  secrets: [
    `key${'_'}${Buffer.alloc(14, 1).toString('hex')}`,
    `key${'_'}${Buffer.alloc(14, 2).toString('hex')}`,
  ],
  covers: 'body',
  signatureHeaders: ['x-retell-signature'],
  body: '{"event":"call_ended","call":{"call_type":"phone_call","call_id":"Jabr9TXYYJHfvl6Syypi88rdAHYHmcq6","agent_id":"oBeDLoLOeuAbiuaMFXRtDOLriTJ5tSxD","call_status":"registered","start_timestamp":1699999990000,"end_timestamp":1700000000000}}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'x-retell-signature': `v=${nowMs},d=${createHmac('sha256', secret).update(body).update(`${nowMs}`).digest('hex')}`,
    },
  }),
};
