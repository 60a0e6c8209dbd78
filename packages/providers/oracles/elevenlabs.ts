import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'elevenlabs',
  source:
    'https://elevenlabs.io/docs/eleven-api/resources/webhooks.md; github.com/elevenlabs/elevenlabs-js src/wrapper/webhooks.ts',
  secrets: [`wsec_${Buffer.alloc(32, 1).toString('hex')}`, `wsec_${Buffer.alloc(32, 2).toString('hex')}`],
  covers: 'body',
  signatureHeaders: ['elevenlabs-signature'],
  body: '{"type":"post_call_transcription","event_timestamp":1748077736,"data":{"agent_id":"xyz","conversation_id":"abc","status":"done"}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { headers: { 'elevenlabs-signature': `t=${timestamp},v0=${signature}` } };
  },
};
