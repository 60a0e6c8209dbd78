import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const openclaw = definePreset({
  id: 'openclaw',
  name: 'OpenClaw',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/openclaw/openclaw/blob/HEAD/docs/automation/cron-jobs.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: sendHeader({
    where: 'OpenClaw, as delivery.to of a cron job whose delivery.mode is "webhook"',
    secret:
      'Authorization (OpenClaw builds it from cron.webhookToken: set cron.webhookToken to the same text)',
  }),
  documentation: 'https://docs.openclaw.ai/automation/cron-jobs',
  type: [{ json: '/action' }],
  subject: { json: '/jobId' },
  time: { json: '/runAtMs', unit: 'ms' },
  eventTypes: 'finished',
  scheme: { token: { authorization: 'bearer' } },
});
