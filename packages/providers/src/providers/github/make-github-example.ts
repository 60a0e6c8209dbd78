/** The properties of a generated GitHub event. */
export interface GithubExampleInput {
  /** `X-GitHub-Event`, one of GITHUB_EVENT_TYPES without `github.`. */
  event: string;
  /** `owner/name`. */
  repository: string;
  /** Default: the first action of such an event; undefined if GitHub sends none. */
  action?: string | undefined;
  /** RFC 3339. */
  now: string;
}

export interface GithubExample {
  action: string | undefined;
  payload: Record<string, unknown>;
}

const SHA = '6dcb09b5b57875f334f61aebed695e2e4193db5e';
const ZEROS = '0'.repeat(40);

interface Parts {
  event: string;
  action: string | undefined;
  repository: { full_name: string; html_url: string };
  user: object;
  now: string;
}

/** The fields beside action, repository and sender, by event, with the first action of the event. */
const EVENTS: Record<string, { action?: string; fields: (parts: Parts) => Record<string, unknown> }> = {
  workflow_job: {
    action: 'queued',
    fields: (parts) => ({
      workflow_job: {
        id: 1,
        run_id: 2,
        workflow_name: 'CI',
        run_attempt: 1,
        head_branch: 'main',
        head_sha: SHA,
        html_url: `${parts.repository.html_url}/actions/runs/2/job/1`,
        ...progressOf(parts),
        started_at: parts.now,
        completed_at: parts.action === 'completed' ? parts.now : null,
        name: 'build',
        steps: [],
        labels: ['ubuntu-latest'],
        runner_id: null,
        runner_name: null,
      },
    }),
  },
  workflow_run: {
    action: 'requested',
    fields: (parts) => ({
      workflow_run: {
        id: 2,
        name: 'CI',
        head_branch: 'main',
        head_sha: SHA,
        run_number: 1,
        event: 'push',
        ...progressOf(parts),
        workflow_id: 3,
        html_url: `${parts.repository.html_url}/actions/runs/2`,
        created_at: parts.now,
        updated_at: parts.now,
      },
      workflow: { id: 3, name: 'CI', path: '.github/workflows/ci.yml', state: 'active' },
    }),
  },
  workflow_dispatch: {
    fields: () => ({ ref: 'refs/heads/main', workflow: '.github/workflows/ci.yml', inputs: {} }),
  },
  check_run: {
    action: 'created',
    fields: (parts) => ({
      check_run: { id: 4, name: 'build', head_sha: SHA, ...progressOf(parts), started_at: parts.now },
    }),
  },
  check_suite: {
    action: 'requested',
    fields: (parts) => ({
      check_suite: {
        id: 5,
        head_branch: 'main',
        head_sha: SHA,
        ...progressOf(parts),
        before: ZEROS,
        after: SHA,
      },
    }),
  },
  push: {
    fields: ({ repository, now }) => {
      const commit = {
        id: SHA,
        message: 'A test of this webhook',
        timestamp: now,
        url: `${repository.html_url}/commit/${SHA}`,
        author: { name: 'Hookline', email: 'test@hookline.invalid', username: 'hookline-test' },
        added: [],
        removed: [],
        modified: ['README.md'],
      };
      return {
        ref: 'refs/heads/main',
        before: ZEROS,
        after: SHA,
        created: false,
        deleted: false,
        forced: false,
        base_ref: null,
        compare: `${repository.html_url}/compare/${SHA}`,
        commits: [commit],
        head_commit: commit,
        pusher: { name: 'hookline-test', email: 'test@hookline.invalid' },
      };
    },
  },
  create: {
    fields: () => ({
      ref: 'a-branch',
      ref_type: 'branch',
      master_branch: 'main',
      description: null,
      pusher_type: 'user',
    }),
  },
  delete: { fields: () => ({ ref: 'a-branch', ref_type: 'branch', pusher_type: 'user' }) },
  gollum: {
    fields: () => ({
      pages: [{ page_name: 'Home', title: 'Home', summary: null, action: 'edited', sha: SHA }],
    }),
  },
  pull_request: {
    action: 'opened',
    fields: (parts) => ({
      number: 1,
      pull_request: { ...pullRequest(parts), draft: false, merged: parts.action === 'closed' },
    }),
  },
  pull_request_target: {
    action: 'opened',
    fields: (parts) => ({ number: 1, pull_request: pullRequest(parts) }),
  },
  pull_request_review: {
    action: 'submitted',
    fields: (parts) => ({
      review: {
        id: 6,
        user: parts.user,
        body: 'Fine',
        commit_id: SHA,
        submitted_at: parts.now,
        state: 'approved',
      },
      pull_request: pullRequest(parts),
    }),
  },
  pull_request_review_comment: {
    action: 'created',
    fields: (parts) => ({
      comment: { ...comment(parts), path: 'README.md', commit_id: SHA, diff_hunk: '@@ -1 +1 @@' },
      pull_request: pullRequest(parts),
    }),
  },
  pull_request_review_thread: {
    action: 'resolved',
    fields: (parts) => ({ pull_request: pullRequest(parts), thread: { comments: [comment(parts)] } }),
  },
  issues: { action: 'opened', fields: (parts) => ({ issue: issue(parts) }) },
  issue_comment: { action: 'created', fields: (parts) => ({ issue: issue(parts), comment: comment(parts) }) },
  commit_comment: {
    action: 'created',
    fields: (parts) => ({ comment: { ...comment(parts), commit_id: SHA } }),
  },
  deployment: { action: 'created', fields: (parts) => ({ deployment: deployment(parts) }) },
  deployment_status: {
    action: 'created',
    fields: (parts) => ({
      deployment_status: { id: 8, state: 'success', environment: 'production', created_at: parts.now },
      deployment: deployment(parts),
    }),
  },
  fork: {
    fields: ({ repository, user }) => ({
      forkee: {
        id: 9,
        full_name: `hookline-test/${repository.full_name.split('/').at(-1)}`,
        fork: true,
        owner: user,
      },
    }),
  },
  page_build: {
    fields: ({ now, user }) => ({
      id: 10,
      build: {
        status: 'built',
        error: { message: null },
        pusher: user,
        commit: SHA,
        created_at: now,
        updated_at: now,
      },
    }),
  },
  public: { fields: () => ({}) },
  release: {
    action: 'published',
    fields: ({ repository, user, now }) => ({
      release: {
        id: 11,
        tag_name: 'v1.0.0',
        target_commitish: 'main',
        name: 'v1.0.0',
        draft: false,
        prerelease: false,
        html_url: `${repository.html_url}/releases/tag/v1.0.0`,
        author: user,
        created_at: now,
        published_at: now,
        body: 'A test of this webhook',
      },
    }),
  },
  repository: { action: 'created', fields: () => ({}) },
  repository_dispatch: { action: 'test', fields: () => ({ branch: 'main', client_payload: {} }) },
  star: {
    action: 'created',
    fields: ({ action, now }) => ({ starred_at: action === 'deleted' ? null : now }),
  },
  watch: { action: 'started', fields: () => ({}) },
  status: {
    fields: ({ repository, now }) => ({
      id: 12,
      sha: SHA,
      name: repository.full_name,
      target_url: null,
      context: 'ci/build',
      description: 'The build is fine',
      state: 'success',
      branches: [{ name: 'main', commit: { sha: SHA }, protected: false }],
      created_at: now,
      updated_at: now,
    }),
  },
  code_scanning_alert: {
    action: 'created',
    fields: ({ now }) => ({
      alert: {
        ...alert(now),
        rule: { id: 'js/xss', severity: 'error', description: 'Cross-site scripting' },
        tool: { name: 'CodeQL' },
      },
      ref: 'refs/heads/main',
      commit_oid: SHA,
    }),
  },
  secret_scanning_alert: {
    action: 'created',
    fields: ({ now }) => ({ alert: { ...alert(now), secret_type: 'a_token', resolution: null } }),
  },
  dependabot_alert: {
    action: 'created',
    fields: ({ now }) => ({
      alert: {
        ...alert(now),
        dependency: { package: { ecosystem: 'npm', name: 'a-package' }, manifest_path: 'package.json' },
      },
    }),
  },
  security_advisory: {
    action: 'published',
    fields: ({ now }) => ({
      security_advisory: {
        ghsa_id: 'GHSA-0000-0000-0000',
        summary: 'A made-up advisory',
        severity: 'high',
        published_at: now,
        updated_at: now,
      },
    }),
  },
  member: { action: 'added', fields: ({ user }) => ({ member: user }) },
  membership: { action: 'added', fields: ({ user }) => ({ scope: 'team', member: user, team: team() }) },
  organization: {
    action: 'member_added',
    fields: ({ user }) => ({ membership: { state: 'active', role: 'member', user } }),
  },
  org_block: { action: 'blocked', fields: ({ user }) => ({ blocked_user: user }) },
  team: { action: 'created', fields: () => ({ team: team() }) },
  team_add: { fields: () => ({ team: team() }) },
  installation: {
    action: 'created',
    fields: ({ repository }) => ({
      repositories: [{ id: 1, full_name: repository.full_name, private: false }],
    }),
  },
  installation_repositories: {
    action: 'added',
    fields: ({ repository }) => ({
      repository_selection: 'selected',
      repositories_added: [{ id: 1, full_name: repository.full_name, private: false }],
      repositories_removed: [],
    }),
  },
  label: {
    action: 'created',
    fields: () => ({ label: { id: 13, name: 'bug', color: 'd73a4a', default: true, description: null } }),
  },
  milestone: {
    action: 'created',
    fields: ({ user, now }) => ({
      milestone: {
        id: 14,
        number: 1,
        title: 'v1.0',
        state: 'open',
        creator: user,
        created_at: now,
        updated_at: now,
      },
    }),
  },
  package: {
    action: 'published',
    fields: ({ user, now }) => ({
      package: {
        id: 15,
        name: 'a-package',
        package_type: 'npm',
        owner: user,
        created_at: now,
        updated_at: now,
      },
    }),
  },
  ping: {
    fields: () => ({
      zen: 'Keep it logically awesome.',
      hook_id: 16,
      hook: { type: 'Repository', id: 16, active: true, events: ['*'], config: { content_type: 'json' } },
    }),
  },
  project: {
    action: 'created',
    fields: ({ now }) => ({
      project: { id: 17, name: 'A project', number: 1, state: 'open', created_at: now, updated_at: now },
    }),
  },
  sponsorship: {
    action: 'created',
    fields: ({ user, now }) => ({
      sponsorship: {
        node_id: 'MDExOlNwb25zb3JzaGlwMQ==',
        created_at: now,
        sponsor: user,
        privacy_level: 'public',
      },
    }),
  },
  branch_protection_rule: {
    action: 'created',
    fields: ({ now }) => ({ rule: { id: 22, name: 'main', created_at: now, updated_at: now } }),
  },
  deploy_key: {
    action: 'created',
    fields: ({ now }) => ({ key: { id: 23, title: 'A key', read_only: true, created_at: now } }),
  },
  deployment_review: {
    action: 'requested',
    fields: ({ now }) => ({ since: now, environment: 'production', reviewers: [] }),
  },
  discussion: { action: 'created', fields: (parts) => ({ discussion: discussion(parts) }) },
  discussion_comment: {
    action: 'created',
    fields: (parts) => ({ discussion: discussion(parts), comment: comment(parts) }),
  },
  github_app_authorization: { action: 'revoked', fields: () => ({}) },
  marketplace_purchase: {
    action: 'purchased',
    fields: ({ now }) => ({
      effective_date: now,
      marketplace_purchase: { billing_cycle: 'monthly', unit_count: 1, on_free_trial: false },
    }),
  },
  merge_group: {
    action: 'checks_requested',
    fields: () => ({
      merge_group: {
        head_sha: SHA,
        head_ref: 'refs/heads/gh-readonly-queue/main/pr-1',
        base_ref: 'refs/heads/main',
      },
    }),
  },
  project_card: {
    action: 'created',
    fields: ({ now }) => ({ project_card: { id: 24, note: 'A card', created_at: now, updated_at: now } }),
  },
  project_column: {
    action: 'created',
    fields: ({ now }) => ({ project_column: { id: 25, name: 'To do', created_at: now, updated_at: now } }),
  },
  projects_v2_item: {
    action: 'created',
    fields: ({ now }) => ({
      projects_v2_item: { id: 26, content_type: 'Issue', created_at: now, updated_at: now },
    }),
  },
  repository_import: { fields: () => ({ status: 'success' }) },
  repository_vulnerability_alert: {
    action: 'create',
    fields: () => ({ alert: { id: 27, affected_range: '<= 1.0.0', affected_package_name: 'a-package' } }),
  },
  meta: {
    action: 'deleted',
    fields: () => ({ hook_id: 16, hook: { type: 'Repository', id: 16, active: true, events: ['*'] } }),
  },
};

/**
 * A generated payload in the form that GitHub documents, with the fields that receivers commonly read. For an event
 * that is not known in detail: the fields that all events have, and an object of the name of the event.
 */
export function makeGithubExample({
  event,
  repository,
  action: given,
  now,
}: GithubExampleInput): GithubExample {
  const [owner = repository, name = repository] = repository.split('/');
  const html_url = `https://github.com/${repository}`;
  const definition = EVENTS[event];
  const action = given ?? definition?.action;
  const user = { login: 'hookline-test', id: 1, type: 'User', site_admin: false };
  const described = {
    id: 1,
    name,
    full_name: repository,
    private: false,
    owner: { login: owner, id: 2, type: 'Organization' },
    html_url,
    url: `https://api.github.com/repos/${repository}`,
    clone_url: `${html_url}.git`,
    default_branch: 'main',
    fork: false,
  };
  const parts: Parts = { event, action, repository: described, user, now };
  const fields = definition
    ? definition.fields(parts)
    : { [event]: { id: 1, created_at: now, updated_at: now } };
  return {
    action,
    payload: { ...(action === undefined ? {} : { action }), ...fields, repository: described, sender: user },
  };
}

const IN_PROGRESS = new Set(['in_progress', 'waiting']);

function progressOf({ action }: Parts): { status: string; conclusion: string | null } {
  if (action === 'completed') return { status: 'completed', conclusion: 'success' };
  return { status: action !== undefined && IN_PROGRESS.has(action) ? action : 'queued', conclusion: null };
}

const pullRequest = ({ action, repository, user, now }: Parts) => ({
  id: 18,
  number: 1,
  state: action === 'closed' ? 'closed' : 'open',
  title: 'A test of this webhook',
  user,
  body: null,
  html_url: `${repository.html_url}/pull/1`,
  created_at: now,
  updated_at: now,
  head: { label: 'acme:a-branch', ref: 'a-branch', sha: SHA },
  base: { label: 'acme:main', ref: 'main', sha: ZEROS },
});

const issue = ({ action, event, repository, user, now }: Parts) => ({
  id: 19,
  number: 1,
  title: 'A test of this webhook',
  user,
  labels: [],
  state: event === 'issues' && action === 'closed' ? 'closed' : 'open',
  body: null,
  html_url: `${repository.html_url}/issues/1`,
  created_at: now,
  updated_at: now,
});

const discussion = ({ repository, user, now }: Parts) => ({
  id: 28,
  number: 1,
  title: 'A test of this webhook',
  user,
  state: 'open',
  html_url: `${repository.html_url}/discussions/1`,
  created_at: now,
  updated_at: now,
});

const comment = ({ repository, user, now }: Parts) => ({
  id: 20,
  user,
  body: 'A test of this webhook',
  html_url: `${repository.html_url}/issues/1#issuecomment-20`,
  created_at: now,
  updated_at: now,
});

const deployment = ({ user, now }: Parts) => ({
  id: 7,
  sha: SHA,
  ref: 'main',
  task: 'deploy',
  environment: 'production',
  creator: user,
  created_at: now,
  updated_at: now,
});

const alert = (now: string) => ({ number: 1, state: 'open', created_at: now, updated_at: now });
const team = () => ({ id: 21, name: 'A team', slug: 'a-team', permission: 'pull', privacy: 'closed' });
