import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'linear',
  source:
    'https://linear.app/developers/webhooks; github.com/linear/linear packages/sdk/src/webhooks/client.ts',
  secrets: [`lin_wh_${Buffer.alloc(16, 1).toString('hex')}`, `lin_wh_${Buffer.alloc(16, 2).toString('hex')}`],
  covers: 'body',
  signatureHeaders: ['linear-signature'],
  body: '{"webhookTimestamp":0,"action":"create","actor":{"id":"b5ea5f1f","type":"user","name":"Emma"},"createdAt":"2026-05-24T11:08:56.000Z","data":{"id":"539068e2","title":"The API is slow"},"type":"Issue","organizationId":"0f1e2d3c","webhookId":"4b5a6978"}',
  contentType: 'application/json; charset=utf-8',
  sign: ({ body, nowMs, secret }) => {
    const stamped = Buffer.from(
      body.toString().replace('"webhookTimestamp":0', `"webhookTimestamp":${nowMs}`),
    );
    return {
      headers: {
        'linear-delivery': '234d1a4e-b617-4388-90fe-adc3633d6b72',
        'linear-event': 'Issue',
        'linear-signature': createHmac('sha256', secret).update(stamped).digest('hex'),
      },
      body: stamped,
    };
  },
};
