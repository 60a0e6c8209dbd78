import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const ashby = definePreset({
  id: 'ashby',
  name: 'Ashby',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.ashbyhq.com/docs/authenticating-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: chooseSecret({
    where: 'the Ashby admin, under Integrations, Webhooks',
    secret: 'the Secret token',
    notes: ['Without a secret token Ashby does not sign, and its requests are refused here.'],
  }),
  documentation: 'https://developers.ashbyhq.com/docs/setting-up-webhooks',
  scheme: { signature: { header: 'ashby-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/action' }],
});
