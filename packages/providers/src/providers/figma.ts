import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const figma = definePreset({
  id: 'figma',
  name: 'Figma',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.figma.com/docs/rest-api/webhooks-security',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/figma/rest-api-spec/blob/HEAD/openapi/openapi.yaml',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/webhook_id' }, { json: '/event_type' }, { json: '/timestamp' }],
    // Publishing a library sends one event for each kind of asset, all with the same time. Their lists differ.
    ifPresent: [
      { json: '/file_key' },
      { json: '/comment_id' },
      { json: '/version_id' },
      { json: '/node_id' },
      { json: '/status' },
      ...['components', 'styles', 'variables'].flatMap((kind) =>
        ['created', 'modified', 'deleted'].map((change) => ({ json: `/${change}_${kind}/0/key` })),
      ),
    ],
    names: 'the event of a file in one webhook, with its time; a retry differs in its counter',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the webhooks API of Figma',
    secret: 'the passcode',
    notes: ['Figma sends a PING immediately. It becomes the first event of this source.'],
  }),
  documentation: 'https://developers.figma.com/docs/rest-api/webhooks/',
  scheme: { token: { json: '/passcode' } },
  type: [{ json: '/event_type' }],
  subject: { json: '/file_key' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `FILE_UPDATE FILE_VERSION_UPDATE FILE_DELETE FILE_COMMENT LIBRARY_PUBLISH DEV_MODE_STATUS_UPDATE`,
  control: [{ when: { json: '/event_type', equals: 'PING' }, kind: 'test', type: 'PING' }],
  harmfulStatuses: { effects: { 400: 'stops the webhook immediately' }, instead: 401 },
});
