import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const mongodbAtlas = definePreset({
  id: 'mongodb-atlas',
  name: 'MongoDB Atlas',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/mongodb/docs/blob/HEAD/content/atlas/source/tutorial/webhook-integration.txt',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: '/id identifies the alert, and an alert has several events',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the project integrations of Atlas, under Webhook Settings',
    secret: 'the Webhook Secret',
    notes: ['Then choose the webhook as a notification method of each alert to send.'],
  }),
  documentation: 'https://www.mongodb.com/docs/atlas/tutorial/webhook-integration/',
  scheme: { signature: { header: 'x-mms-signature' }, encoding: 'base64', hash: 'sha1' },
  type: [{ header: 'x-mms-event' }, { json: '/eventTypeName' }],
  source: [{ json: '/groupId' }],
  subject: { json: '/id' },
  time: [
    { json: '/updated', unit: 'iso' },
    { json: '/created', unit: 'iso' },
  ],
  eventTypes: 'alert.open alert.close alert.update alert.acknowledge alert.cancel alert.inform',
});
