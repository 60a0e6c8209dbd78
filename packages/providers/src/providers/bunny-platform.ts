import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/** Subscription billing of bunny.com, which is not part of bunny.net. */
export const bunnyPlatform = definePreset({
  id: 'bunny-platform',
  name: 'Bunny (bunny.com billing)',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/bunnyapp/bunny-node/blob/main/tests/webhooks.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.bunny.com/developer/webhooks/webhook-security',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/bunnyapp/bunny-node/blob/main/src/webhooks.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: chooseSecret({
    where: 'the settings of Bunny at <your name>.bunny.com, as a platform webhook or a workflow action',
    secret: 'the Webhook signing key',
    notes: [
      'This provider is the billing of bunny.com. For videos of bunny.net, use the provider bunny-stream.',
    ],
  }),
  documentation: 'https://docs.bunny.com/developer/webhooks/webhook-security',
  scheme: { signature: { header: 'x-bunny-signature' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/type' }],
  subject: [{ json: '/payload/subscription/id' }, { json: '/payload/tenant/id' }],
  eventTypes: 'TenantProvisioningChange SubscriptionProvisioningChange',
});
