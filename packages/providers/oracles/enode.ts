import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'enode',
  source: 'https://developers.enode.com/docs/webhooks',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-enode-signature'],
  body: '[{"event":"user:vehicle:updated","createdAt":"2026-05-24T11:08:56.000Z","version":"2024-10-01","user":{"id":"0bec82e4"},"vehicle":{"id":"0f1e2d3c"},"updatedFields":[]}]',
  sign: ({ body, secret }) => ({
    headers: {
      'x-enode-delivery': '18c72b39-1e0e-4a3c-ba2b-9d0f2f3f8d4e',
      'x-enode-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
    },
  }),
};
