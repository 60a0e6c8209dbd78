import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const brevo = definePreset({
  id: 'brevo',
  name: 'Brevo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.brevo.com/docs/username-and-password-authentication',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: sendHeader({
    where: 'Brevo, under Transactional or Marketing, Settings, Webhooks',
    secret: 'Authorization: Bearer, a space and that text',
    notes: ['Choose Token as the authentication method: it is sent as that header.'],
  }),
  documentation: 'https://developers.brevo.com/docs/how-to-use-webhooks',
  scheme: { token: { authorization: 'bearer' } },
  type: [{ json: '/event' }],
});
