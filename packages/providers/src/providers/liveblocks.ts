import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const liveblocks = definePreset({
  id: 'liveblocks',
  name: 'Liveblocks',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/liveblocks/liveblocks/blob/HEAD/docs/pages/platform/webhooks.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 99_305,
  },
  setup: copySecret({
    where: 'the project in the Liveblocks dashboard, under Webhooks',
    secret: 'the signing secret (whsec_…)',
  }),
  documentation: 'https://liveblocks.io/docs/platform/webhooks',
  scheme: standardWebhooksUnder('webhook', 'attempt'),
  type: [{ json: '/type' }],
  source: [{ json: '/data/projectId' }],
  subject: { json: '/data/roomId' },
  time: [
    'editedAt',
    'deletedAt',
    'updatedAt',
    'leftAt',
    'enteredAt',
    'addedAt',
    'removedAt',
    'triggeredAt',
    'createdAt',
  ].map((name) => ({ json: `/data/${name}`, unit: 'iso' as const })),
  eventTypes: `userEntered userLeft storageUpdated roomCreated roomDeleted ydocUpdated commentCreated commentEdited
    commentDeleted commentReactionAdded commentReactionRemoved threadCreated threadMetadataUpdated
    notification`,
});
