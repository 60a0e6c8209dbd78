import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'fillout',
  source: 'github.com/fillout/docs help/webhook.mdx',
  secrets: ['a-long-random-text-that-was-typed-in', 'another-long-random-text'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"formId":"vso3zNUNMTus","submission":{"submissionId":"0f1e2d3c","submissionTime":"2026-05-24T11:08:56.000Z","questions":[]}}',
  sign: ({ secret }) => ({ headers: { authorization: `Bearer ${secret}` } }),
};
