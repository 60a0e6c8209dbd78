import { definePreset } from '../presets/define-preset.ts';

export const mailchimp = definePreset({
  id: 'mailchimp',
  name: 'Mailchimp',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 4_500 },
  setup: [
    'Generate a long random text and store it here as the secret of this source.',
    'In Mailchimp, under Audience, Settings, Webhooks, add a webhook with the address of this source, followed by "?secret=" and that text.',
    'Mailchimp checks the address with a GET, and Hookline answers.',
    'Events arrive as forms. Hookline converts the fields to JSON and keeps their names.',
  ],
  documentation: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
  scheme: { token: { query: 'secret' } },
  handshakes: [{ method: 'GET' }, { method: 'HEAD' }],
  type: [{ form: 'type' }],
  source: [{ form: 'data[list_id]' }],
  subject: [{ form: 'data[email]' }, { form: 'data[new_email]' }, { form: 'data[id]' }],
  eventTypes: 'subscribe unsubscribe profile upemail cleaned campaign',
  answerWithinMs: 10_000,
});
