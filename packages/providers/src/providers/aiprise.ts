import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const aiprise = definePreset({
  id: 'aiprise',
  name: 'AiPrise',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.aiprise.com/docs/callbacks-authentication',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'the ids are those of the session', retries: 'unknown' },
  setup: useKey({
    where: 'the webhook settings of AiPrise',
    secret: 'the API key that callbacks are signed with',
  }),
  scheme: { signature: { header: 'x-hmac-signature' }, encoding: 'hex' },
});
