import { definePreset } from '../presets/define-preset.ts';

export const notion = definePreset({
  id: 'notion',
  name: 'Notion',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/makenotion/notion-sdk-js/blob/HEAD/src/webhooks.ts',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: [
    'In the integration settings of Notion, under Webhooks, add a subscription with an address where you can read what comes.',
    'Notion sends the verification token there, signed with that very token. Store it here as the secret of this source: Hookline itself learns no secret from a stranger.',
    'Change the address of the subscription to that of this source, and verify it with the token.',
  ],
  documentation: 'https://developers.notion.com/reference/webhooks',
  scheme: { signature: { header: 'x-notion-signature', prefix: 'sha256=' }, encoding: 'hex' },
  // Once the token is stored, its message is signed rightly; its body is the key, and so never an event.
  handshakes: [{ method: 'POST', when: { json: '/verification_token' }, requires: 'signature' }],
  type: [{ json: '/type' }],
  source: [{ json: '/workspace_id' }],
  subject: { json: '/entity/id' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `page.created page.content_updated page.properties_updated page.moved page.deleted page.undeleted
    page.locked page.unlocked comment.created comment.updated comment.deleted database.created
    database.content_updated database.schema_updated database.moved database.deleted
    database.undeleted data_source.created data_source.content_updated data_source.schema_updated
    data_source.moved data_source.deleted data_source.undeleted view.created view.updated
    view.deleted file_upload.created file_upload.completed file_upload.expired
    file_upload.upload_failed`,
});
