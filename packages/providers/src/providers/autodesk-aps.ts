import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const autodeskAps = definePreset({
  id: 'autodesk-aps',
  name: 'Autodesk Platform Services',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://aps.autodesk.com/en/docs/webhooks/v1/overview/basics',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'x-adsk-delivery-id is for tracing, and nobody says what it names',
    retries: true,
  },
  setup: chooseSecret({
    where: 'the webhooks API of Autodesk Platform Services',
    secret: 'the secret token',
  }),
  documentation: 'https://aps.autodesk.com/en/docs/webhooks/v1/',
  scheme: { signature: { header: 'x-adsk-signature', prefix: 'sha1hash=' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/hook/event' }],
});
