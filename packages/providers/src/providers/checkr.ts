import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const checkr = definePreset({
  id: 'checkr',
  name: 'Checkr',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.checkr.com/apis/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the Checkr dashboard, under Account settings, Developer settings',
    secret: 'the API key of the account',
  }),
  documentation: 'https://docs.checkr.com',
  scheme: { signature: { header: 'x-checkr-signature' }, encoding: 'hex' },
  type: [{ json: '/type' }],
});
