import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const vercel = definePreset({
  id: 'vercel',
  name: 'Vercel',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://vercel.com/docs/webhooks/webhooks-api',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://vercel.com/docs/webhooks', checkedOn: '2026-11-30' },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the delivery',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the team settings of Vercel, under Webhooks',
    secret: 'the secret, which is shown only once,',
    notes: ['Vercel signs webhooks of an integration with the client secret of the integration.'],
  }),
  documentation: 'https://vercel.com/docs/webhooks',
  scheme: { signature: { header: 'x-vercel-signature' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/type' }],
  source: [{ firstOf: [{ json: '/payload/team/id' }, { json: '/payload/user/id' }] }],
  subject: [
    { json: '/payload/deployment/id' },
    { json: '/payload/project/id' },
    { json: '/payload/projectId' },
  ],
  time: { json: '/createdAt', unit: 'ms' },
  eventTypes: `deployment.created deployment.succeeded deployment.error deployment.canceled deployment.promoted
    deployment.ready deployment.rollback deployment.check-rerequested deployment.cleanup
    project.created project.removed integration-configuration.permission-upgraded
    integration-configuration.removed domain.created`,
});
