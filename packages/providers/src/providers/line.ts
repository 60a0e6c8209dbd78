import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const line = definePreset({
  id: 'line',
  name: 'LINE',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/webhookEventId' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the LINE developers console, under Messaging API',
    secret: 'the Channel secret',
  }),
  documentation: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
  scheme: { signature: { header: 'x-line-signature' }, encoding: 'base64' },
  batch: '/events',
  type: [{ json: '/type' }],
  source: [{ around: '/destination' }],
  subject: { json: '/source/userId' },
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: `message unsend follow unfollow join leave memberJoined memberLeft postback videoPlayComplete beacon
    accountLink`,
});
