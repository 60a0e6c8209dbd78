import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const sparkpost = definePreset({
  id: 'sparkpost',
  name: 'SparkPost',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'SparkPost, under Configuration, Webhooks',
    secret: 'user name and password (Basic Auth)',
    notes: [
      'The secret here is the user name, a colon and the password.',
      'A request may hold several events: it becomes one event here, with all of them.',
    ],
  }),
  documentation: 'https://developers.sparkpost.com/api/webhooks/',
  scheme: { token: { authorization: 'basic' } },
  deliveryId: { header: 'x-messagesystems-batch-id' },
});
