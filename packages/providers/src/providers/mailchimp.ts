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
    'Think of a long random text and store it here as the secret of this source.',
    'In Mailchimp, under Audience, Settings, Webhooks, add a webhook with the address of this source and ?secret= and that text behind it.',
    'Mailchimp looks with a GET whether somebody is there, which is answered here.',
    'Events come as forms: their fields become JSON, by the names they have there.',
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
