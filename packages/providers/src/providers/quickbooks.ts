import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const quickbooks = definePreset({
  id: 'quickbooks',
  aliases: ['intuit'],
  name: 'QuickBooks Online',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://blogs.intuit.com/2025/11/12/upcoming-change-to-webhooks-payload-structure/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({
    where: 'the developer portal of Intuit, under Webhooks',
    secret: 'the Verifier token',
    notes: ['A request may hold several events: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
  scheme: { signature: { header: 'intuit-signature' }, encoding: 'base64' },
  type: [{ json: '/eventNotifications/0/dataChangeEvent/entities/0/name' }],
});
