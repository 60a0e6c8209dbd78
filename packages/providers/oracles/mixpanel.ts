import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'mixpanel',
  source: 'mixpanel/docs docs/cohort-sync/webhooks.mdx',
  secrets: ['mixpanel:a long password of its own', 'mixpanel:another long password of it'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"action":"add_members","parameters":{"mixpanel_project_id":"12345","mixpanel_cohort_name":"Active users","mixpanel_cohort_id":"1","mixpanel_session_id":"8a5c1f4e-8c1a-4a32-9e0f-1a7d6b5c4d3e","page_info":{"total_pages":1,"page_count":1},"members":[{"mixpanel_distinct_id":"user-1"}]}}',
  sign: ({ secret }) => ({
    headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
  }),
};
