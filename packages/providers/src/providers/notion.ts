import { definePreset } from '../presets/define-preset.ts';

export const notion = definePreset({
  id: 'notion',
  name: 'Notion',
  evidence: [
    { kind: 'official-sdk', source: 'https://github.com/makenotion/notion-sdk-js', checkedOn: '2026-11-29' },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: [
    'In the integration settings of Notion, under Webhooks, add a subscription with an address where you can read what comes.',
    'Notion sends the verification token there, unsigned. Store it here as the secret of this source: Hookline itself learns no secret from a stranger.',
    'Change the address of the subscription to that of this source, and verify it with the token.',
  ],
  documentation: 'https://developers.notion.com/reference/webhooks',
  scheme: { signature: { header: 'x-notion-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `page.created page.content_updated page.properties_updated page.moved page.deleted page.undeleted
    page.locked page.unlocked comment.created comment.updated comment.deleted database.created
    database.content_updated database.schema_updated database.moved database.deleted database.undeleted
    data_source.schema_updated`,
});
