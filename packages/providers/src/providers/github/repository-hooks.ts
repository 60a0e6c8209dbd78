import type { RequestTemplate } from '../../connections/request-template.ts';
import type { WatchSpecification } from '../../connections/watch-specification.ts';
import { API_HEADERS, API_URL } from './api.ts';

// By the id: a repository that is renamed or transferred keeps it, and its hooks.
const REPOSITORY_URL = `${API_URL}/repositories/{resource}`;
const HOOK_URL = `${REPOSITORY_URL}/hooks/{subscriptionId}`;

const get = (url: string, query?: Readonly<Record<string, string>>): RequestTemplate => ({
  method: 'GET',
  url,
  ...(query && { query }),
  headers: API_HEADERS,
  authorization: 'bearer',
});

const settings = {
  active: true,
  events: '{events}',
  config: { url: '{callbackUrl}', content_type: 'json', secret: '{secret}', insecure_ssl: '0' },
} as const;

/** The events for which a repository may have a hook; the others are for organisations, enterprises and GitHub Apps. */
export const REPOSITORY_EVENTS: readonly string[] = `
  branch_protection_configuration branch_protection_rule check_run check_suite code_scanning_alert commit_comment create
  custom_property_values delete dependabot_alert deploy_key deployment deployment_status discussion discussion_comment
  fork gollum issue_comment issue_dependencies issues label member merge_group meta milestone package page_build project
  project_card project_column public pull_request pull_request_review pull_request_review_comment
  pull_request_review_thread push registry_package release repository repository_advisory repository_import
  repository_ruleset repository_vulnerability_alert secret_scanning_alert secret_scanning_alert_location
  secret_scanning_scan security_and_analysis star status sub_issues team_add watch workflow_job workflow_run
`
  .trim()
  .split(/\s+/);

/** One hook for each repository. A GitHub App has one webhook for all of its installations instead. */
export const REPOSITORY_HOOKS: readonly WatchSpecification[] = [
  {
    id: 'repository-hook',
    applicationKind: { is: 'oauth_app', byDefault: true },
    scopes: ['admin:repo_hook', 'repo'],
    polls: ['repository-events'],
    receiver: 'source',
    events: {
      byDefault: ['push', 'issues', 'pull_request', 'release', 'star', 'fork'],
      possible: REPOSITORY_EVENTS,
    },
    resources: {
      byName: {
        request: get(`${API_URL}/repos/{owner}/{repository}`),
        parts: ['owner', 'repository'],
      },
      byId: get(REPOSITORY_URL),
      ofOwner: {
        request: get(`${API_URL}/orgs/{owner}/repos`, { per_page: '100' }),
        items: '',
        pages: { by: 'link-header' },
      },
      active: { request: get(`${API_URL}/user/repos`, { per_page: '100', sort: 'pushed' }), items: '' },
      id: '/id',
      name: '/full_name',
      activeAt: '/pushed_at',
      allowed: '/permissions/admin',
    },
    create: {
      method: 'POST',
      url: `${REPOSITORY_URL}/hooks`,
      headers: API_HEADERS,
      body: { json: { name: 'web', ...settings } },
      authorization: 'bearer',
    },
    subscriptionId: '/id',
    // A second hook with the same address is refused (422).
    existing: {
      request: get(`${REPOSITORY_URL}/hooks`, { per_page: '100' }),
      items: '',
      pages: { by: 'link-header' },
      callbackUrl: '/config/url',
      subscriptionId: '/id',
    },
    change: {
      method: 'PATCH',
      url: HOOK_URL,
      headers: API_HEADERS,
      body: { json: settings },
      authorization: 'bearer',
    },
    check: {
      request: get(HOOK_URL),
      active: '/active',
      events: '/events',
      callbackUrl: '/config/url',
      lastStatus: '/last_response/code',
      lastMessage: '/last_response/message',
    },
    confirmedBy: 'ping',
    unconfirmed:
      'GitHub sends a ping as soon as the hook exists. The address of the source must be reachable from the internet.',
    problems: [
      {
        status: 422,
        contains: 'cannot have more than 20 hooks',
        code: 'hook_limit',
        message:
          'The repository has 20 hooks for an event already, which is the most that GitHub allows. Remove one, or choose other events.',
      },
      {
        status: 422,
        contains: 'reachable over the public Internet',
        code: 'address_not_public',
        message:
          'GitHub cannot call the address of the source: set PUBLIC_URL to an address on the internet.',
      },
      {
        status: 403,
        contains: 'OAuth App access restrictions',
        code: 'organization_restricted',
        message: 'The organisation must approve the application, in its settings under Third-party access.',
      },
      {
        status: 404,
        code: 'not_admin',
        message: 'The account is no administrator of the repository, and only administrators may add hooks.',
      },
      { status: 403, code: 'not_allowed', message: 'GitHub does not allow the account to add hooks there.' },
    ],
    stop: { method: 'DELETE', url: HOOK_URL, headers: API_HEADERS, authorization: 'bearer' },
    deliveries: {
      list: get(`${HOOK_URL}/deliveries`, { per_page: '100' }),
      items: '',
      pages: { by: 'link-header' },
      id: '/id',
      deliveryId: '/guid',
      status: '/status_code',
      statusText: '/status',
      deliveredAt: '/delivered_at',
      isRepeat: '/redelivery',
      read: get(`${HOOK_URL}/deliveries/{logId}`),
      redeliver: {
        method: 'POST',
        url: `${HOOK_URL}/deliveries/{logId}/attempts`,
        headers: API_HEADERS,
        authorization: 'bearer',
      },
      headers: '/request/headers',
      payload: '/request/payload',
      keptSeconds: 3 * 86_400,
    },
    // GitHub asks for a second between two requests that change something.
    writeGapSeconds: 1,
  },
];
