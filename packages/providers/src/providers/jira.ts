import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const jira = definePreset({
  id: 'jira',
  name: 'Jira',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the Jira administration, under System, WebHooks',
    secret: 'the Secret',
    notes: [
      'Without a secret Jira does not sign, and its requests are refused here. Webhooks of Connect apps are signed another way.',
    ],
  }),
  documentation: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/webhookEvent' }],
  deliveryId: { header: 'x-atlassian-webhook-identifier' },
});
