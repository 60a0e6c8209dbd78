import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const gitlab = definePreset({
  id: 'gitlab',
  name: 'GitLab',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/gitlabhq/gitlabhq/blob/HEAD/app/services/web_hook_service.rb',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://gitlab.com/gitlab-org/gitlab/-/merge_requests/160952',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'idempotency-key' },
    otherwise: [{ header: 'x-gitlab-event-uuid' }, { header: 'x-gitlab-event' }, { hash: 'body' }],
    names: 'the event in one webhook; X-Gitlab-Event-UUID is shared by events that cause one another',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the settings of the project or group, under Webhooks',
    secret: 'the Secret token',
    notes: [
      'For webhooks with a signing token (whsec_…), use the provider gitlab-signed.',
      'GitLab disables a webhook after several failures, temporarily or permanently.',
    ],
  }),
  documentation: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  scheme: { token: { header: 'x-gitlab-token' } },
  type: [{ header: 'x-gitlab-event' }],
  subject: [{ json: '/project/path_with_namespace' }, { json: '/group/full_path' }, { json: '/group_path' }],
  eventTypes: `Push_Hook Tag_Push_Hook Issue_Hook Confidential_Issue_Hook Note_Hook Confidential_Note_Hook
    Merge_Request_Hook Wiki_Page_Hook Pipeline_Hook Job_Hook Deployment_Hook Feature_Flag_Hook Release_Hook
    Milestone_Hook Emoji_Hook Resource_Access_Token_Hook Resource_Deploy_Token_Hook Member_Hook Subgroup_Hook
    Project_Hook Vulnerability_Hook System_Hook`,
  answerWithinMs: 10_000,
});
