import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const checkr = definePreset({
  id: 'checkr',
  name: 'Checkr',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.checkr.com/apis/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the Checkr dashboard, under Account settings, Developer settings',
    secret: 'the API key of the account',
  }),
  documentation: 'https://docs.checkr.com',
  scheme: { signature: { header: 'x-checkr-signature' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  source: [{ json: '/account_id' }],
  subject: { json: '/data/object/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `candidate.created candidate.updated candidate.engaged candidate.pre_adverse_action
    candidate.post_adverse_action invitation.created invitation.completed invitation.expired
    invitation.deleted report.created report.updated report.engaged report.completed report.suspended
    report.resumed report.upgraded report.disputed report.canceled report.pre_adverse_action
    report.post_adverse_action`,
});
