import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Subscription billing from bunny.com, and no part of the network bunny.net. */
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
      kind: 'official-sdk',
      source: 'https://github.com/bunnyapp/bunny-node/blob/main/src/webhooks.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: copySecret({
    where: 'the webhook settings of Bunny, at <your name>.bunny.com',
    secret: 'the webhook signing token',
    notes: ['This is the billing of bunny.com. For videos of bunny.net there is the provider bunny-stream.'],
  }),
  documentation: 'https://docs.bunny.com',
  scheme: { signature: { header: 'x-bunny-signature' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/type' }],
  eventTypes: 'TenantProvisioningChange',
});
