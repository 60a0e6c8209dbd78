import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'npm',
  source: 'npm/npm-hook-receiver index.js',
  secrets: ['a shared secret of the hook', 'another shared secret of it'],
  covers: 'body',
  signatureHeaders: ['x-npm-signature'],
  body: '{"event":"package:publish","name":"@acme/api","type":"package","version":"1.0.0","hookOwner":{"username":"jane"},"payload":{},"change":{"version":"1.0.1"},"time":1700000000000}',
  sign: ({ body, secret }) => ({
    headers: { 'x-npm-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` },
  }),
};
