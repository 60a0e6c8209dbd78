import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'bitbucket',
  source:
    'https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/; Atlassian on X-Hub-Signature, as coderabbitai.github.io/bitbucket quotes it',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-hub-signature'],
  body: '{"push":{"changes":[]},"actor":{"display_name":"Emma"},"repository":{"full_name":"acme/api"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-event-key': 'repo:push',
      'x-hook-uuid': '6f5e4d3c-2b1a-4098-8765-43210fedcba9',
      'x-request-uuid': '0d7f1a7e-60f9-4b1e-8b6a-3f0c2d1e4b5a',
      'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  }),
};
