import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const bunnyStream = definePreset({
  id: 'bunny-stream',
  name: 'Bunny Stream',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.bunny.net/stream/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'the body contains the id of the video and its status, and is sent once for each resolution',
    equalBodies: 'events',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the settings of the video library, under API',
    secret: 'the read-only API key of the library',
  }),
  documentation: 'https://docs.bunny.net/stream/webhooks',
  scheme: { signature: { header: 'x-bunnystream-signature' }, encoding: 'hex' },
  type: [
    {
      json: '/Status',
      named: {
        '0': 'queued',
        '1': 'processing',
        '2': 'encoding',
        '3': 'finished',
        '4': 'resolution_finished',
        '5': 'failed',
        '6': 'presigned_upload_started',
        '7': 'presigned_upload_finished',
        '8': 'presigned_upload_failed',
        '9': 'captions_generated',
        '10': 'title_or_description_generated',
      },
    },
  ],
  source: [{ json: '/VideoLibraryId' }],
  subject: { json: '/VideoGuid' },
  eventTypes: `queued processing encoding finished resolution_finished failed presigned_upload_started
    presigned_upload_finished presigned_upload_failed captions_generated title_or_description_generated`,
});
