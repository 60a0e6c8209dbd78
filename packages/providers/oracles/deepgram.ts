import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'deepgram',
  source: 'github.com/deepgram/deepgram-docs fern/docs/callback.mdx',
  secrets: ['0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0', '9a0f1e2d-c3b4-a5f6-e7d8-96879a5b4c3d'],
  covers: 'nothing',
  signatureHeaders: ['dg-token'],
  body: '{"metadata":{"request_id":"0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0","created":"2026-05-24T11:08:56.000Z","duration":1.5,"channels":1},"results":{"channels":[]}}',
  sign: ({ secret }) => ({ headers: { 'dg-token': secret } }),
};
