import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const gitlab = definePreset({
  id: 'gitlab',
  name: 'GitLab',
  evidence: ['official-docs'],
  setup: chooseSecret({
    where: 'the settings of the project or group, under Webhooks',
    secret: 'the Secret token',
    notes: ['For webhooks with a signing token (whsec_…) use the provider gitlab-signed.'],
  }),
  documentation: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  scheme: { token: { header: 'x-gitlab-token' } },
  type: [{ header: 'x-gitlab-event' }],
  deliveryId: { header: 'x-gitlab-event-uuid' },
  subject: { json: '/project/path_with_namespace' },
});
