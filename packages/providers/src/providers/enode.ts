import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const enode = definePreset({
  id: 'enode',
  name: 'Enode',
  evidence: [
    { kind: 'official-docs', source: 'https://developers.enode.com/docs/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: 'none',
    because: 'x-enode-delivery names the request, which holds several events',
    retries: true,
  },
  setup: chooseSecret({
    where: 'the webhooks API of Enode',
    secret: 'the secret',
  }),
  documentation: 'https://developers.enode.com/docs/webhooks',
  scheme: { signature: { header: 'x-enode-signature', prefix: 'sha1=' }, encoding: 'hex', hash: 'sha1' },
  batch: '',
  type: [{ json: '/event' }],
  subject: { json: '/user/id' },
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `user:vehicle:discovered user:vehicle:updated user:charger:updated user:battery:updated
    user:credentials:invalidated system:heartbeat enode:webhook:test`,
});
