import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const auth0 = definePreset({
  id: 'auth0',
  name: 'Auth0 Log Streams',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the Auth0 dashboard, under Monitoring, Streams, as a custom webhook',
    secret: 'the Authorization Token',
    notes: [
      'A request may hold several log entries: it becomes one event here, with all of them. Choose JSON Array as the format.',
    ],
  }),
  documentation: 'https://auth0.com/docs/customize/log-streams',
  scheme: { token: { header: 'authorization' } },
  type: [{ json: '/0/data/type' }],
});
