import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const openclaw = definePreset({
  id: 'openclaw',
  name: 'OpenClaw',
  evidence: ['registry'],
  identity: { id: 'none', retries: 'unknown' },
  setup: sendHeader({
    where: 'the webhook settings of OpenClaw',
    secret: 'Authorization: Bearer, a space and that text',
  }),
  scheme: { token: { authorization: 'bearer' } },
});
