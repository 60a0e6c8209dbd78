import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'aiprise',
  source: 'https://docs.aiprise.com/docs/callbacks-authentication',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-hmac-signature'],
  body: '{"verification_session_id":"3f0a1d52-8f5a-4b67-9a55-9f1b7c5f0e11","client_reference_id":"user-42","status":"COMPLETED","aiprise_summary":{"verification_result":"APPROVED"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-hmac-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
