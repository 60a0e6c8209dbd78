import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'asana',
  source: 'https://developers.asana.com/docs/webhooks-guide; github.com/Asana/devrel-examples',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-hook-signature'],
  body: '{"events":[{"user":{"gid":"12345","resource_type":"user"},"created_at":"2026-05-24T11:08:56.000Z","action":"added","parent":null,"resource":{"gid":"1200","resource_type":"task"}}]}',
  sign: ({ body, secret }) => ({
    headers: { 'x-hook-signature': createHmac('sha256', secret).update(body).digest('hex') },
  }),
};
