import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'bunny-platform',
  source: 'https://github.com/bunnyapp/bunny-node src/webhooks.js',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-bunny-signature'],
  body: '{"type":"TenantProvisioningChange","payload":{"tenant":{"id":"1","code":"acme"},"change":"new"}}',
  sign: ({ body, secret }) => ({
    headers: { 'x-bunny-signature': createHmac('sha1', secret).update(body).digest('hex') },
  }),
};
