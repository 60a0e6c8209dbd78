import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const gitlabSigned = definePreset({
  id: 'gitlab-signed',
  name: 'GitLab (signing token)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the event in one webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the settings of the project or group, under Webhooks',
    secret: 'the signing token (whsec_…)',
    notes: ['For webhooks with a plain secret token, use the provider gitlab.'],
  }),
  documentation: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ header: 'x-gitlab-event' }],
  subject: [{ json: '/project/path_with_namespace' }, { json: '/group/full_path' }, { json: '/group_path' }],
  eventTypes: `Push_Hook Tag_Push_Hook Issue_Hook Confidential_Issue_Hook Note_Hook Confidential_Note_Hook
    Merge_Request_Hook Wiki_Page_Hook Pipeline_Hook Job_Hook Deployment_Hook Feature_Flag_Hook Release_Hook
    Milestone_Hook Emoji_Hook Resource_Access_Token_Hook Resource_Deploy_Token_Hook Member_Hook Subgroup_Hook
    Project_Hook Vulnerability_Hook`,
  answerWithinMs: 10_000,
});
