import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const loops = definePreset({
  id: 'loops',
  name: 'Loops',
  evidence: [
    { kind: 'official-docs', source: 'https://loops.so/docs/webhooks', checkedOn: '2026-11-30' },
    {
      kind: 'secondary',
      source: 'https://github.com/simstudioai/sim/blob/HEAD/apps/sim/lib/webhooks/providers/loops.ts',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: 'unknown',
  },
  setup: copySecret({ where: 'the Loops settings, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://loops.so/docs/webhooks',
  // The example of Loops cuts the secret at its first "_", and does not say what the prefix is.
  scheme: { ...standardWebhooksUnder('webhook'), key: { base64AfterFirst: '_' } },
  type: [{ json: '/eventName' }],
  subject: { json: '/contactIdentity/email' },
  time: { json: '/eventTime', unit: 's' },
  eventTypes: `campaign.email.sent loop.email.sent transactional.email.sent email.delivered email.softBounced
    email.hardBounced email.opened email.clicked email.unsubscribed email.resubscribed email.spamReported
    contact.created contact.unsubscribed contact.deleted contact.mailingList.subscribed
    contact.mailingList.unsubscribed`,
  control: [
    { when: { json: '/eventName', equals: 'testing.testEvent' }, kind: 'test', type: 'testing.testEvent' },
  ],
});
