import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const statsig = definePreset({
  id: 'statsig',
  name: 'Statsig',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.statsig.com/integrations/event_webhook',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: copySecret({
    where: 'the Statsig console, under Project settings, Integrations, Event Webhook',
    secret: 'the signing secret',
  }),
  documentation: 'https://docs.statsig.com/integrations/event_webhook',
  scheme: {
    signature: { header: 'x-statsig-signature', prefix: 'v0=' },
    encoding: 'hex',
    message: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-statsig-request-timestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: 300 },
  },
});
