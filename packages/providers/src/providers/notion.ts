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
    'In the integration settings of Notion, under Webhooks, add a subscription with an address whose requests you can read.',
    'Notion sends the verification token to that address, signed with the token itself. Store the token here as the secret of this source. Hookline never takes a secret from a request.',
    'Change the address of the subscription to the address of this source, and verify it with the token.',
  ],
  documentation: 'https://developers.notion.com/reference/webhooks',
  scheme: { signature: { header: 'x-notion-signature', prefix: 'sha256=' }, encoding: 'hex' },
  // Once the token is stored, the signature of the message with the token is valid. That message is never an event.
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
