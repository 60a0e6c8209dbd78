import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const postmark = definePreset({
  id: 'postmark',
  name: 'Postmark',
  evidence: ['official-docs', 'registry'],
  setup: chooseSecret({
    where: 'the server in Postmark, under Webhooks',
    secret: 'user name and password (Basic auth credentials)',
    notes: ['The secret here is the user name, a colon and the password.'],
  }),
  documentation: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/RecordType' }],
});
