import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const doppler = definePreset({
  id: 'doppler',
  name: 'Doppler',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.doppler.com/docs/webhooks', checkedOn: '2026-11-30' },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because:
      'The body says that secrets of a config changed, without an id or a time. Two changes look the same, so none counts as a repeat.',
    retries: true,
  },
  setup: chooseSecret({
    where: 'the project in Doppler, under Webhooks',
    secret: 'the signing secret',
    notes: ['Keep the default payload: a custom payload has no type unless it has a member "type".'],
  }),
  documentation: 'https://docs.doppler.com/docs/webhooks',
  scheme: { signature: { header: 'x-doppler-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  source: [{ json: '/project/id' }],
  subject: { json: '/config/name' },
  eventTypes: 'config.secrets.update',
});
