import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const gocardless = definePreset({
  id: 'gocardless',
  name: 'GoCardless',
  evidence: ['official-sdk'],
  setup: copySecret({
    where: 'the GoCardless dashboard, under Developers',
    secret: 'the secret of the webhook endpoint',
    notes: ['A request may hold several events: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/',
  scheme: { signature: { header: 'webhook-signature' }, encoding: 'hex' },
  type: [{ json: '/events/0/resource_type' }, { json: '/events/0/action' }],
  answer: { status: 204 },
});
