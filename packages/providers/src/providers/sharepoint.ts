import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const sharepoint = definePreset({
  id: 'sharepoint',
  name: 'SharePoint',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the subscriptions API of SharePoint',
    secret: 'the clientState',
    notes: [
      'SharePoint asks at once with a validationtoken, which is given back here. Subscriptions end after 180 days at the latest unless they are renewed.',
    ],
  }),
  documentation: 'https://learn.microsoft.com/sharepoint/dev/apis/webhooks/overview-sharepoint-webhooks',
  scheme: { token: { json: '/value/*/clientState' } },
  handshakes: [{ method: 'POST', token: { query: 'validationtoken' }, reply: { text: '{token}' } }],
  batch: '/value',
  source: [{ json: '/tenantId' }],
  subject: { json: '/resource' },
  alike: true,
  answerWithinMs: 5_000,
});
