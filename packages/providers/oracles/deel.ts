import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'deel',
  source: 'https://developer.deel.com/docs/webhooks-get-started',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-deel-signature'],
  body: '{"data":{"meta":{"event_type":"contract.created","event_type_id":"0f1e2d3c","tracking_id":"4b5a6978"},"resource":{"id":"37nex2x"}},"timestamp":"2026-05-24T11:08:56.000Z"}',
  sign: ({ body, secret }) => ({
    headers: { 'x-deel-signature': createHmac('sha256', secret).update('POST').update(body).digest('hex') },
  }),
};
