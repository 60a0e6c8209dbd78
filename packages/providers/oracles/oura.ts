import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'oura',
  source: 'open-source receivers after the sample at https://cloud.ouraring.com/v2/docs',
  secrets: ['THECLIENTSECRETOFTHEOURAAPP001', 'THECLIENTSECRETOFTHEOURAAPP002'],
  covers: 'body',
  signatureHeaders: ['x-oura-signature', 'x-oura-timestamp'],
  body: '{"event_type":"create","data_type":"daily_sleep","object_id":"b4c5d6e7-0000-4000-8000-1a2b3c4d5e6f","event_time":"2023-11-14T22:13:20+00:00","user_id":"5f6e7d8c-0000-4000-8000-1a2b3c4d5e6f"}',
  sign: ({ body, nowMs, secret }) => ({
    headers: {
      'x-oura-timestamp': `${nowMs / 1000}`,
      'x-oura-signature': createHmac('sha256', secret)
        .update(`${nowMs / 1000}`)
        .update(body)
        .digest('hex')
        .toUpperCase(),
    },
  }),
};
