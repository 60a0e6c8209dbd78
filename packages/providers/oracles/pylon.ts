import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'pylon',
  source: 'https://kb.help.usepylon.com/articles/6080966819-how-do-i-verify-the-webhook-signatures',
  secrets: ['a signing secret of Pylon', 'another signing secret of Pylon'],
  covers: 'body',
  signatureHeaders: ['x-pylon-signature'],
  body: '{"event_type":"issue.created","data":{"id":"issue_1","title":"Login is broken"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-pylon-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
