import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const brevo = definePreset({
  id: 'brevo',
  name: 'Brevo',
  evidence: ['registry'],
  setup: sendHeader({
    where: 'Brevo, under Transactional or Marketing, Settings, Webhooks',
    secret: 'of a token: choose Token as the authentication method',
  }),
  documentation: 'https://developers.brevo.com/docs/how-to-use-webhooks',
  scheme: { token: { authorization: 'bearer' } },
  type: [{ json: '/event' }],
});
