import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const sentry = definePreset({
  id: 'sentry',
  name: 'Sentry',
  evidence: ['official-docs', 'registry'],
  setup: useKey({
    where: 'the settings of your custom integration in Sentry',
    secret: 'the Client Secret of the integration',
  }),
  documentation: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  scheme: { signature: { header: 'sentry-hook-signature' }, encoding: 'hex' },
  type: [{ header: 'sentry-hook-resource' }, { json: '/action' }],
  deliveryId: { header: 'request-id' },
  answerWithinMs: 1_000,
});
