import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'buildkite-token',
  source: 'https://github.com/buildkite/docs pages/apis/webhooks/_webhook_token.md',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  covers: 'nothing',
  signatureHeaders: ['x-buildkite-token'],
  body: '{"event":"ping","service":{"id":"49801950","provider":"webhook"},"sender":{"id":"8a7693f8","name":"Emma"}}',
  sign: ({ secret }) => ({ headers: { 'x-buildkite-event': 'ping', 'x-buildkite-token': secret } }),
};
