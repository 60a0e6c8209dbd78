import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const launchdarkly = definePreset({
  id: 'launchdarkly',
  name: 'LaunchDarkly',
  evidence: [
    { kind: 'official-docs', source: 'https://launchdarkly.com/docs/api/webhooks', checkedOn: '2026-11-30' },
    {
      kind: 'official-docs',
      source: 'https://launchdarkly.com/docs/home/infrastructure/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/_id' },
    names: 'the entry of the audit log',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the LaunchDarkly integrations, under Webhooks',
    secret: 'the secret of the signed webhook',
  }),
  documentation: 'https://launchdarkly.com/docs/home/infrastructure/webhooks',
  scheme: { signature: { header: 'x-ld-signature' }, encoding: 'hex' },
  type: [{ json: '/kind' }],
  subject: { json: '/name' },
  time: { json: '/date', unit: 'ms' },
});
