import { defineProvider } from '../presets/define-provider.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/**
 * `Authorization: JWT <token>`: HS256 with the secret of the installation. The token contains a hash of method, path
 * and query.
 */
export const jiraConnect = defineProvider(
  {
    id: 'jira-connect',
    aliases: ['atlassian-connect'],
    name: 'Atlassian Connect',
    evidence: [
      {
        kind: 'published-vector',
        source: 'https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-docs',
        source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks',
        checkedOn: '2026-11-30',
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
    setup: [
      'Only for existing apps: Atlassian has accepted no new Connect apps since 2026 and ends its support at the end of that year. Use the provider jira for new webhooks.',
      'In the descriptor of your app, enter the scheme and host of this source as baseUrl, and its path as the url of each webhook.',
      'When a customer installs the app, Atlassian sends sharedSecret to the address under "installed" in the descriptor. Store it here unchanged as the secret. Your app must receive that message, because Atlassian signs it with a key of its own.',
    ],
    documentation: 'https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/',
    caution: 'The token covers method, path and query, not the body.',
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
  },
  compileBodyTokenScheme({
    header: 'authorization',
    urlClaim: { name: 'qsh', as: 'qsh' },
    age: 'exp',
  }),
);
