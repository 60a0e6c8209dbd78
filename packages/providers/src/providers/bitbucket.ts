import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const bitbucket = definePreset({
  id: 'bitbucket',
  name: 'Bitbucket',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: ['Without a secret Bitbucket does not sign, and its requests are refused here.'],
  }),
  documentation: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ header: 'x-event-key' }],
  deliveryId: { header: 'x-request-uuid' },
  subject: { json: '/repository/full_name' },
});
