import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const openclaw = definePreset({
  id: 'openclaw',
  name: 'OpenClaw',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/openclaw/openclaw/blob/HEAD/docs/automation/cron-jobs.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: sendHeader({
    where: 'the webhook settings of OpenClaw',
    secret: 'Authorization: Bearer, a space and that text',
  }),
  scheme: { token: { authorization: 'bearer' } },
});
