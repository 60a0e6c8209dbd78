import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

const PAUSES = 'pauses the sync, and Mixpanel e-mails everyone who set up a sync';

export const mixpanel = definePreset({
  id: 'mixpanel',
  name: 'Mixpanel Cohort Sync',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/mixpanel/docs/blob/HEAD/docs/cohort-sync/webhooks.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [
      { json: '/parameters/mixpanel_session_id' },
      { json: '/parameters/page_info/page_count' },
      { json: '/action' },
      { hash: 'body' },
    ],
    names: 'one page of an export; a failed export starts again with another id',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 60,
  },
  setup: choosePassword({
    where: 'the Mixpanel integrations, as a custom webhook',
    notes: ['A request contains up to 1,000 users. Hookline stores it as one event with all of them.'],
  }),
  documentation: 'https://docs.mixpanel.com/docs/cohort-sync/webhooks',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/action' }],
  source: [{ json: '/parameters/mixpanel_project_id' }],
  subject: { json: '/parameters/mixpanel_cohort_id' },
  eventTypes: 'members add_members remove_members',
  answer: { body: '{"action":"{json:/action}","status":"success"}' },
  harmfulStatuses: { effects: { 400: PAUSES, 401: PAUSES, 403: PAUSES, 404: PAUSES }, instead: 503 },
});
