import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const mailchimp = definePreset({
  id: 'mailchimp',
  name: 'Mailchimp',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'Mailchimp, under Audience, Settings, Webhooks',
    secret: 'a parameter of the address: add ?secret= and the text to it',
    notes: [
      'Mailchimp looks with a GET whether somebody is there, which is answered here. Events come as forms: their fields become JSON, by the names they have there.',
    ],
  }),
  documentation: 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/',
  scheme: { token: { query: 'secret' } },
  handshakes: [{ method: 'GET' }, { method: 'HEAD' }],
  type: [{ form: 'type' }],
});
