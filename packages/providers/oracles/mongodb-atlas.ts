import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'mongodb-atlas',
  source: 'mongodb/docs content/atlas/source/tutorial/webhook-integration.txt',
  secrets: ['a long random text of Atlas', 'another random text of Atlas'],
  covers: 'body',
  signatureHeaders: ['x-mms-signature'],
  body: '{"id":"5cf4ac8e79358e1c4a05f1d2","groupId":"5cf4ac8e79358e1c4a05f1d3","eventTypeName":"HOST_DOWN","status":"OPEN","created":"2023-11-14T22:13:20Z","updated":"2023-11-14T22:13:20Z"}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-mms-event': 'alert.open',
      'x-mms-signature': createHmac('sha1', secret).update(body).digest('base64'),
    },
  }),
};
