import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'openclaw',
  source: 'openclaw/openclaw docs/automation/cron-jobs.md',
  secrets: ['a-long-random-text-of-OpenClaw', 'another-random-text-of-OpenClaw'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"jobId":"b7c1a2d3","action":"finished","status":"ok","summary":"Checked the inbox.","runAtMs":1700000000000}',
  sign: ({ secret }) => ({ headers: { authorization: `Bearer ${secret}` } }),
};
