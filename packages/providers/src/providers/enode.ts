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
    because: 'x-enode-delivery identifies the request, and a request contains several events',
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: chooseSecret({
    where: 'the webhooks API of Enode',
    secret: 'the secret (at least 128 bits)',
    notes: ['After 24 hours without success Enode drops its queued events and deactivates the webhook.'],
  }),
  documentation: 'https://developers.enode.com/docs/webhooks',
  scheme: { signature: { header: 'x-enode-signature', prefix: 'sha1=' }, encoding: 'hex', hash: 'sha1' },
  batch: '',
  type: [{ json: '/event' }],
  subject: { json: '/user/id' },
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `user:vehicle:discovered user:vehicle:updated user:vehicle:deleted user:charger:discovered
    user:charger:updated user:charger:deleted user:battery:discovered user:battery:updated user:battery:deleted
    user:hvac:discovered user:hvac:updated user:hvac:deleted user:inverter:discovered user:inverter:updated
    user:inverter:deleted user:meter:discovered user:meter:updated user:meter:deleted
    user:hem-system:discovered user:hem-system:updated user:hem-system:deleted
    user:vendor-action:updated user:credentials:invalidated system:heartbeat`,
  control: [{ when: { json: '/event', equals: 'enode:webhook:test' }, kind: 'test', type: 'webhook.test' }],
  answerWithinMs: 5_000,
});
