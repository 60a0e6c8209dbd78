import { defineProvider } from '../presets/define-provider.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/** `Authorization: JWT <token>`: HS256 with the secret of the installation, and a hash of method, path and query in it. */
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
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { header: 'x-atlassian-webhook-identifier' },
      names: 'one event of one site',
      unique: 'account',
      stable: true,
      retries: true,
    },
    setup: [
      'In the descriptor of your app, enter the scheme and host of this source as baseUrl, and its path as the url of each webhook.',
      'When the app is installed, Atlassian sends sharedSecret to the address under "installed" of the descriptor: store it here, as it is, as the secret.',
    ],
    documentation: 'https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/',
    caution: 'The token covers method, path and query, not the body.',
    type: [{ json: '/webhookEvent' }],
    time: { json: '/timestamp', unit: 'ms' },
    eventTypes: `jira:issue_created jira:issue_updated jira:issue_deleted comment_created comment_updated
      comment_deleted worklog_created worklog_updated worklog_deleted project_created project_updated project_deleted`,
  },
  compileBodyTokenScheme({
    header: 'authorization',
    urlClaim: { name: 'qsh', as: 'qsh' },
    age: 'exp',
  }),
);
