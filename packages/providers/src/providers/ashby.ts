import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const ashby = definePreset({
  id: 'ashby',
  name: 'Ashby',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.ashbyhq.com/docs/authenticating-webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.ashbyhq.com/docs/common-payload-data',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://developers.ashbyhq.com/docs/retries', checkedOn: '2026-11-30' },
    {
      kind: 'official-docs',
      source: 'https://developers.ashbyhq.com/reference/pingwebhook',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/webhookActionId' },
    names: 'the event, the same in all webhooks',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the Ashby admin, under Integrations, Webhooks',
    secret: 'the Secret token',
    notes: [
      'Without a secret token Ashby does not sign, and Hookline refuses its requests.',
      'Store the secret here before you save the webhook: Ashby sends a ping when you save, and disables the webhook if the ping is refused.',
    ],
  }),
  documentation: 'https://developers.ashbyhq.com/docs/setting-up-webhooks',
  scheme: { signature: { header: 'ashby-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/action' }],
  control: [{ when: { json: '/action', equals: 'ping' }, kind: 'test', type: 'ping' }],
  subject: [
    { json: '/data/application/id' },
    { json: '/data/candidate/id' },
    { json: '/data/job/id' },
    { json: '/data/offer/id' },
    { json: '/data/interviewSchedule/id' },
  ],
  eventTypes: `applicationSubmit applicationUpdate candidateHire candidateStageChange candidateDelete
    interviewScheduleCreate interviewScheduleUpdate jobCreate jobUpdate offerCreate offerUpdate offerDelete`,
});
