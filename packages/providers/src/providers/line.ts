import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const line = definePreset({
  id: 'line',
  name: 'LINE',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/line/line-bot-sdk-nodejs/blob/HEAD/lib/validate-signature.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/line/line-openapi/blob/HEAD/webhook.yml',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/webhookEventId' },
    names: 'the event; a redelivery keeps it and sets deliveryContext.isRedelivery',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the LINE developers console, under Messaging API',
    secret: 'the Channel secret',
    notes: ['Switch on Webhook redelivery: without it LINE does not retry.'],
  }),
  documentation: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
  scheme: { signature: { header: 'x-line-signature' }, encoding: 'base64' },
  batch: '/events',
  type: [{ json: '/type' }],
  source: [{ around: '/destination' }],
  subject: [{ json: '/source/userId' }, { json: '/source/groupId' }, { json: '/source/roomId' }],
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: `message unsend follow unfollow join leave memberJoined memberLeft postback videoPlayComplete beacon
    accountLink membership module activated deactivated botSuspended botResumed delivery`,
  answerWithinMs: 2_000,
});
