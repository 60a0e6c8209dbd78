import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const sparkpost = definePreset({
  id: 'sparkpost',
  name: 'SparkPost',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.bird.com/api/email-api/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-messagesystems-batch-id' },
    names: 'the batch, which is one event here',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: choosePassword({
    where: 'SparkPost, under Configuration, Webhooks',
    notes: ['A request may hold several events: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://developers.sparkpost.com/api/webhooks/',
  scheme: { token: { authorization: 'basic' } },
});
