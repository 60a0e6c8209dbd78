import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const jira = definePreset({
  id: 'jira',
  name: 'Jira',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://community.developer.atlassian.com/t/new-jira-cloud-webhook-retry-policy/30554',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-atlassian-webhook-identifier' },
    names: 'one event of one site',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 4_500,
  },
  setup: chooseSecret({
    where: 'the Jira administration, under System, WebHooks',
    secret: 'the Secret',
    notes: [
      'Without a secret Jira does not sign, and Hookline refuses its requests. Jira signs webhooks of Connect apps and OAuth apps differently.',
    ],
  }),
  documentation: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/webhookEvent' }],
  subject: [
    { json: '/issue/key' },
    { json: '/project/key' },
    { json: '/version/id' },
    { json: '/sprint/id' },
    { json: '/board/id' },
    { json: '/user/accountId' },
  ],
  time: { json: '/timestamp', unit: 'ms' },
  eventTypes: `jira:issue_created jira:issue_updated jira:issue_deleted issue_property_set issue_property_deleted
    issuetype_created issuetype_updated issuetype_deleted comment_created comment_updated comment_deleted
    issuelink_created issuelink_deleted attachment_created attachment_deleted worklog_created worklog_updated
    worklog_deleted project_created project_updated project_deleted project_soft_deleted
    project_restored_deleted project_archived project_restored_archived filter_created filter_updated
    filter_deleted jira:version_created jira:version_updated jira:version_moved jira:version_released
    jira:version_unreleased jira:version_deleted user_created user_updated user_deleted sprint_created
    sprint_updated sprint_started sprint_closed sprint_deleted board_created board_updated
    board_configuration_changed board_deleted option_voting_changed option_watching_changed
    option_unassigned_issues_changed option_subtasks_changed option_attachments_changed
    option_issuelinks_changed option_timetracking_changed jira_expression_evaluation_failed`,
});
