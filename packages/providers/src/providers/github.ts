import type { ItemPlace, NaturalKey, PolledType } from '../connections/polling-specification.ts';
import type { QuotaSpecification } from '../connections/quota-specification.ts';
import { createEvent } from '../events/create-event.ts';
import { latestTimeMs, toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Interpretation } from '../provider/interpretation.ts';
import type { Provider } from '../provider/provider.ts';
import { type Rejection, type RejectionCode, reject } from '../rejection.ts';
import { formPayload, isForm, isRejection, readForm } from '../request/form/read-form.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { idAt, type JsonObject, objectAt, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';
import { compileHmacScheme } from '../schemes/hmac.ts';
import { API_HEADERS } from './github/api.ts';
import { APP_PUSHES } from './github/app-pushes.ts';
import { GITHUB_EVENT_TYPES } from './github/event-types.ts';
import { polledKey, pushedKey } from './github/natural-key.ts';
import { REPOSITORY_HOOKS } from './github/repository-hooks.ts';

/** Counted for a person over all applications and personal access tokens. */
const QUOTAS: readonly QuotaSpecification[] = [
  {
    id: 'core',
    countedBy: 'account',
    capacity: 5000,
    window: { seconds: 3600 },
    notModifiedIsFree: true,
    headers: {
      limit: 'x-ratelimit-limit',
      remaining: 'x-ratelimit-remaining',
      reset: 'x-ratelimit-reset',
    },
  },
];
/** The webhook of a type of the Events API. */
const POLLED_TYPES: Readonly<Record<string, PolledType>> = {
  CommitCommentEvent: { type: 'github.commit_comment' },
  CreateEvent: { type: 'github.create', action: null },
  DeleteEvent: { type: 'github.delete', action: null },
  ForkEvent: { type: 'github.fork', action: null },
  GollumEvent: { type: 'github.gollum', action: null },
  IssueCommentEvent: { type: 'github.issue_comment' },
  IssuesEvent: { type: 'github.issues' },
  MemberEvent: { type: 'github.member' },
  PublicEvent: { type: 'github.public', action: null },
  PullRequestReviewCommentEvent: { type: 'github.pull_request_review_comment' },
  PullRequestReviewEvent: { type: 'github.pull_request_review', actions: { created: 'submitted' } },
  PullRequestEvent: { type: 'github.pull_request', actions: { merged: 'closed' } },
  PushEvent: { type: 'github.push', action: null },
  ReleaseEvent: { type: 'github.release' },
  // A star, although the Events API calls it watching.
  WatchEvent: { type: 'github.star', action: 'created' },
};

/**
 * `X-Hub-Signature-256: sha256=<hex>` over the raw body; the older sha1 header is not looked at. GitHub signs no
 * timestamp and none of its headers: the defence against repeats is `X-GitHub-Delivery`, the same on redelivery.
 * Bodies are JSON, or a form with the JSON in `payload` (what hooks made through the API have unless told otherwise).
 */
export const github: Provider = {
  id: 'github',
  name: 'GitHub',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/octokit/webhooks-methods.js',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/github/docs/blob/HEAD/content/webhooks/using-webhooks/best-practices-for-using-webhooks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'header x-github-delivery',
    names: 'the event, the same for every webhook and app; manual redeliveries keep it',
    unique: 'everywhere',
    stable: true,
    retries: false,
  },
  setup: [
    'In the settings of the repository or organisation, open Webhooks and choose Add webhook.',
    'Enter the address of this source as Payload URL, and application/json as Content type (a form works too).',
    'Generate a long random text, enter it as Secret, and store the same text here.',
    'Choose the events to send. GitHub sends a ping immediately. It becomes the first event of this source.',
    'GitHub does not retry. Redeliver failed deliveries yourself under Recent deliveries.',
  ],
  documentation: 'https://docs.github.com/en/webhooks',
  options: {
    checkUserAgent: {
      description:
        'If true, Hookline refuses requests whose User-Agent does not start with GitHub-Hookshot/. Some proxies and GitHub Enterprise send another User-Agent.',
      required: false,
      check: (value) =>
        value === 'true' || value === 'false' ? undefined : 'The value must be true or false.',
    },
  },
  ...compileHmacScheme({
    signature: { header: 'x-hub-signature-256', prefix: 'sha256=' },
    encoding: 'hex',
  }),
  validate(request, { checkUserAgent }) {
    const invalid =
      checkHeader(request, 'x-github-event', /^[A-Za-z0-9_]{1,100}$/, 'missing_event_header') ??
      checkHeader(request, 'x-github-delivery', /^[\x21-\x7e]{1,100}$/, 'missing_delivery_header');
    if (invalid !== undefined || !checkUserAgent) return invalid;
    const userAgent = headerOf(request, 'user-agent') ?? '';
    if (userAgent.startsWith('GitHub-Hookshot/')) return undefined;
    return reject(
      'invalid_user_agent',
      `The User-Agent must start with "GitHub-Hookshot/", because the option checkUserAgent is true.`,
    );
  },
  interpret,
  alwaysSends: ['sender', 'repository'],
  answer: emptyOkWithin(10_000),
  environment: { secrets: ['GITHUB_WEBHOOK_SECRET'] },
  eventTypes: GITHUB_EVENT_TYPES,
  actionInType: true,
  applicationSetup: {
    redirect:
      'At github.com/settings/developers (or in the settings of the organisation), open the application and enter it as Authorization callback URL.',
    secret: 'At github.com/settings/developers, open the application and generate a new client secret.',
    offlineAccess:
      'In the settings of the GitHub App, under Optional features, opt in to the expiration of user tokens, and connect the accounts again.',
    limits: [
      {
        check: 'access',
        outcomes: ['no_access', 'gone'],
        text: 'GitHub refuses some polls: an organisation has not approved the application, or the account cannot see the repository any more.',
        advice:
          'An owner of the organisation approves the application, in its settings under Third-party access. Or take the repository out of the resources of the connection.',
        absent: 'GitHub refuses no poll for want of access.',
      },
    ],
  },
  oauth: {
    authorizationUrl: 'https://github.com/login/oauth/authorize',
    tokenUrl: 'https://github.com/login/oauth/access_token',
    // Without it the answer is a form.
    tokenHeaders: { accept: 'application/json' },
    revocation: {
      request: {
        method: 'DELETE',
        url: 'https://api.github.com/applications/{clientId}/grant',
        headers: API_HEADERS,
        body: { json: { access_token: '{accessToken}' } },
        authorization: 'client',
      },
      status: 204,
      ends: 'grant',
    },
    // Events of private repositories require `repo`.
    scopes: ['admin:repo_hook', 'notifications'],
    scopeSeparator: ' ',
    pkce: 'supported',
    clientAuthentication: 'body',
    accountHint: { parameter: 'login', from: 'name' },
    identity: [
      {
        kind: 'access',
        request: {
          method: 'GET',
          url: 'https://api.github.com/user',
          headers: API_HEADERS,
          authorization: 'bearer',
        },
        id: ['/id'],
        name: '/login',
        scopesHeader: 'x-oauth-scopes',
      },
    ],
    tokenOwner: {
      request: {
        method: 'POST',
        url: 'https://api.github.com/applications/{clientId}/token',
        headers: API_HEADERS,
        body: { json: { access_token: '{accessToken}' } },
        authorization: 'client',
      },
      clientId: '/app/client_id',
    },
    installation: {
      url: 'https://github.com/apps/{slug}/installations/new',
      parameter: 'installation_id',
      value: 'installationId',
      list: {
        request: {
          method: 'GET',
          url: 'https://api.github.com/user/installations',
          query: { per_page: '100' },
          headers: API_HEADERS,
          authorization: 'bearer',
        },
        items: '/installations',
        id: '/id',
      },
    },
    // Tokens of GitHub Apps expire unless expiry is switched off; tokens of OAuth Apps expire only if it is switched
    // on.
    expiry: 'opt-in',
    accessTokenLifetimeSeconds: 28_800,
    refresh: {
      rotation: 'always',
      graceSeconds: 0,
      lifetime: { seconds: 15_897_600, countedFrom: 'issue' },
      finalErrors: ['bad_refresh_token', 'bad_verification_code', 'unverified_user_email'],
      appErrors: ['incorrect_client_credentials', 'redirect_uri_mismatch', 'application_suspended'],
    },
    environment: [
      { clientId: 'GITHUB_CLIENT_ID', clientSecret: 'GITHUB_CLIENT_SECRET' },
      {
        clientId: 'GITHUB_APP_CLIENT_ID',
        clientSecret: 'GITHUB_APP_CLIENT_SECRET',
        settings: { kind: 'github_app', slug: '{GITHUB_APP_SLUG}' },
      },
    ],
  },
  quotas: QUOTAS,
  answers: {
    codeAt: ['/message'],
    codes: {
      'Bad credentials': 'unauthorized',
      'Resource not accessible by integration': 'missing-scope',
      'Resource not accessible by personal access token': 'missing-scope',
    },
    // The texts of secondary limits, which come without headers too. GitHub asks to wait for a minute then.
    limit: { words: ['secondary rate limit', 'abuse detection'], seconds: 60 },
  },
  pushedKey,
  polling: [
    {
      // At most 300 events of the last 30 days, 30 seconds to six hours late.
      id: 'repository-events',
      everySeconds: 21_600,
      intervalHeader: 'x-poll-interval',
      request: {
        method: 'GET',
        // The id stays when a repository is renamed or transferred.
        url: 'https://api.github.com/repositories/{resource}/events',
        query: { per_page: '100' },
        headers: API_HEADERS,
        authorization: 'bearer',
      },
      scopes: [],
      resources: {
        request: {
          method: 'GET',
          url: 'https://api.github.com/user/repos',
          query: { per_page: '100', sort: 'pushed' },
          headers: API_HEADERS,
          authorization: 'bearer',
        },
        items: '',
        id: '/id',
        name: '/full_name',
        pages: { by: 'link-header' },
        owner: '/owner/login',
        byDefault: { activeAt: '/pushed_at' },
        scopes: [],
      },
      items: '',
      itemId: ['/id'],
      itemTime: { at: '/created_at', unit: 'iso' },
      pages: { by: 'link-header' },
      conditional: 'etag',
      events: {
        typeAt: '/type',
        types: POLLED_TYPES,
        actionAt: '/payload/action',
        otherwise: 'github.activity',
      },
      place: placeOfPolled,
      naturalKey: naturalKeyOfPolled,
      listsOnlyNewest: 300,
      losesAfterSeconds: 172_800,
    },
    {
      id: 'notifications',
      // GitHub refuses them to tokens of GitHub Apps.
      applicationKind: { is: 'oauth_app', byDefault: true },
      everySeconds: 21_600,
      intervalHeader: 'x-poll-interval',
      request: {
        method: 'GET',
        url: 'https://api.github.com/notifications',
        query: { per_page: '50', since: '{cursor}' },
        headers: API_HEADERS,
        authorization: 'bearer',
      },
      scopes: ['notifications', 'repo'],
      items: '',
      // An updated notification keeps its id and has another time.
      itemId: ['/id', '/updated_at'],
      itemTime: { at: '/updated_at', unit: 'iso' },
      cursor: {
        from: { newestItem: '/updated_at', unit: 'iso' },
        parameter: 'since',
        overlapSeconds: 900,
      },
      pages: { by: 'link-header' },
      conditional: 'last-modified',
      events: { type: 'github.notification' },
    },
  ],
  watches: REPOSITORY_HOOKS,
  pushes: APP_PUSHES,
};

function placeOfPolled(item: unknown): ItemPlace {
  const repository = textAt(item, 'repo', 'name');
  return { source: repository?.split('/') ?? [], subject: repository, repository };
}

function naturalKeyOfPolled(item: unknown): NaturalKey | undefined {
  const name = textAt(item, 'type') ?? '';
  const polled = Object.hasOwn(POLLED_TYPES, name) ? POLLED_TYPES[name] : undefined;
  if (polled === undefined) return undefined;
  const given = textAt(item, 'payload', 'action');
  const action =
    polled.action === undefined ? (polled.actions?.[given ?? ''] ?? given) : (polled.action ?? undefined);
  return polledKey(item, polled.type, action);
}

function checkHeader(
  request: InboundRequest,
  header: string,
  pattern: RegExp,
  codeIfMissing: RejectionCode,
): Rejection | undefined {
  const values = request.headers[header] ?? [];
  const [value] = values;
  if (value === undefined || value === '') {
    return reject(codeIfMissing, `The header ${header} is missing. GitHub always sends it.`, { header });
  }
  if (values.length > 1) {
    return reject(
      'duplicate_header',
      `The header ${header} occurs ${values.length} times; it must occur once.`,
      {
        header,
      },
    );
  }
  if (!pattern.test(value)) {
    return reject(
      'malformed_header',
      `The header ${header} has another form than the one that GitHub sends.`,
      {
        header,
      },
    );
  }
  return undefined;
}

function interpret(request: InboundRequest): Interpretation {
  const payload = isForm(request) ? payloadOf(request) : request.rawBody;
  if (isRejection(payload)) return payload;
  const parsed = parseJsonObject(payload);
  if (!parsed.ok) return parsed;
  const body = parsed.value;

  const eventName = headerOf(request, 'x-github-event') ?? '';
  const deliveryId = headerOf(request, 'x-github-delivery');
  const action = textAt(body, 'action');
  const repository = textAt(body, 'repository', 'full_name');
  const account = textAt(body, 'organization', 'login') ?? textAt(body, 'installation', 'account', 'login');
  const event = createEvent({
    provider: 'github',
    type: [eventName, action],
    source: repository === undefined ? [account] : repository.split('/'),
    subject: repository ?? account,
    timeMs: timeOf(eventName, action, body),
    deliveryId,
    action,
    repository,
    ...(eventName === 'ping' && { control: { kind: 'test' } }),
    dedupeFields: () => [eventName, deliveryId, action, repository, ...entityIds(body)],
    payload,
  });
  return { ok: true, events: [event] };
}

function payloadOf(request: InboundRequest): Buffer | Rejection {
  const fields = readForm(request);
  return isRejection(fields) ? fields : formPayload(fields, 'payload');
}

/** Members whose ids identify the object of an event. */
const ENTITIES = [
  'workflow_job',
  'workflow_run',
  'check_run',
  'check_suite',
  'pull_request',
  'issue',
  'sub_issue',
  'parent_issue',
  'blocked_issue',
  'blocking_issue',
  'comment',
  'review',
  'discussion',
  'release',
  'deployment',
  'deployment_status',
  'alert',
  'milestone',
  'label',
  'package',
  'registry_package',
  'project',
  'project_card',
  'project_column',
  'projects_v2',
  'projects_v2_item',
  'projects_v2_status_update',
  'build',
  'key',
  'rule',
  'repository_ruleset',
  'repository_advisory',
  'security_advisory',
  'answer',
  'invitation',
  'blocked_user',
  'personal_access_token_request',
  'definition',
  'forkee',
  'team',
  'member',
  'membership',
  'hook',
  'installation',
  'sponsorship',
] as const;

/** `pull_request:123`; for events about a commit or a branch, the commit or the branch. */
function entityIds(body: JsonObject): string[] {
  const ids: string[] = [];
  for (const entity of ENTITIES) {
    // Alerts have only a number, advisories only a name of their own.
    const id = idAt(body, entity, 'id') ?? idAt(body, entity, 'number') ?? idAt(body, entity, 'ghsa_id');
    if (id !== undefined) ids.push(`${entity}:${id}`);
  }
  for (const key of ['id', 'ref', 'after', 'sha']) {
    const id = idAt(body, key);
    if (id !== undefined) ids.push(`${key}:${id}`);
  }
  return ids;
}

/** Members that contain the object of an event, if their name differs from the name of the event. */
const ENTITY_OF_EVENT: ReadonlyMap<string, string> = new Map([
  ['branch_protection_rule', 'rule'],
  ['code_scanning_alert', 'alert'],
  ['commit_comment', 'comment'],
  ['dependabot_alert', 'alert'],
  ['deploy_key', 'key'],
  ['deployment_review', 'workflow_run'],
  ['discussion_comment', 'comment'],
  ['fork', 'forkee'],
  ['issue_comment', 'comment'],
  ['issues', 'issue'],
  ['page_build', 'build'],
  ['ping', 'hook'],
  ['pull_request_review', 'review'],
  ['pull_request_review_comment', 'comment'],
  ['pull_request_review_thread', 'pull_request'],
  ['repository_vulnerability_alert', 'alert'],
  ['secret_scanning_alert', 'alert'],
  ['sub_issues', 'sub_issue'],
]);

/** Members with the time of a change to an object; times at which it falls due or expires are not listed. */
const MOMENTS = [
  'created_at',
  'updated_at',
  'submitted_at',
  'published_at',
  'started_at',
  'completed_at',
  'closed_at',
  'merged_at',
  'dismissed_at',
  'fixed_at',
  'resolved_at',
  'withdrawn_at',
  'starred_at',
] as const;

/**
 * When it happened: the latest moment in the life of the thing that the event is about. A push says it in
 * `repository.pushed_at`; the time of its head commit would be wrong for old commits, and branches that are deleted
 * have none. What is deleted keeps the time of its last change, so that a deletion has no time of its own.
 */
function timeOf(eventName: string, action: string | undefined, body: JsonObject): number | undefined {
  if (action === 'deleted') return undefined;
  if (eventName === 'push') {
    return (
      toTimeMs(valueAt(body, 'repository', 'pushed_at')) ??
      toTimeMs(valueAt(body, 'head_commit', 'timestamp'))
    );
  }
  if (eventName === 'merge_group') return toTimeMs(valueAt(body, 'merge_group', 'head_commit', 'timestamp'));
  if (eventName === 'status' || eventName === 'star') return latestTimeMs(body, MOMENTS);
  const entity = objectAt(body, ENTITY_OF_EVENT.get(eventName) ?? eventName);
  return entity === undefined ? undefined : latestTimeMs(entity, MOMENTS);
}
