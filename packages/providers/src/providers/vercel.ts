import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const vercel = definePreset({
  id: 'vercel',
  name: 'Vercel',
  evidence: [{ kind: 'official-docs', source: 'https://vercel.com/docs/webhooks', checkedOn: '2026-11-29' }],
  identity: {
    id: { json: '/id' },
    names: 'the delivery',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the team settings of Vercel, under Webhooks',
    secret: 'the secret, which is shown once,',
  }),
  documentation: 'https://vercel.com/docs/webhooks',
  scheme: { signature: { header: 'x-vercel-signature' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/type' }],
  time: { json: '/createdAt', unit: 'ms' },
  eventTypes: `deployment.created deployment.succeeded deployment.error deployment.canceled deployment.promoted
    project.created project.removed integration-configuration.permission-upgraded
    integration-configuration.removed domain.created`,
});
