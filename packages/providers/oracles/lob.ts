import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'lob',
  source:
    'https://docs.lob.com; github.com/lob/lob-openapi resources/events/models/events.yml; github.com/MuckRock/muckrock (the message)',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['lob-signature-timestamp', 'lob-signature'],
  body: '{"id":"evt_d95ff8ffd2b5cfb4","body":{"id":"psc_7c613b003bb6b4d1"},"reference_id":"psc_7c613b003bb6b4d1","event_type":{"id":"postcard.created","object":"event_type"},"date_created":"2026-05-24T11:08:56.000Z","object":"event"}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(nowMs);
    const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    return { headers: { 'lob-signature-timestamp': timestamp, 'lob-signature': signature } };
  },
};
