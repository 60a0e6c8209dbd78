import { createHash } from 'node:crypto';
import { type Repository, toRepository } from './repositories.ts';
import type { GitHubAccount } from './state.ts';

export type ActivityKind = 'push' | 'issues' | 'pull_request' | 'release' | 'star' | 'fork';

/** Something that happened in a repository: as webhooks tell it, and as the Events API lists it. */
export interface Activity {
  readonly event: string;
  readonly action: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Undefined: the Events API does not list it. */
  readonly timeline:
    | { readonly type: string; readonly payload: Readonly<Record<string, unknown>> }
    | undefined;
}

export interface ActivityInput {
  readonly kind: ActivityKind;
  readonly action: string | undefined;
  readonly title: string;
  readonly repository: Repository;
  readonly sender: GitHubAccount;
  readonly nowMs: number;
  /** Different for each activity. */
  readonly number: number;
}

/** Both forms of one activity, with the same natural keys: ids, times and commits. */
export function makeActivity(input: ActivityInput): Activity {
  const { kind, repository, sender, nowMs } = input;
  const common = {
    repository: {
      ...toRepository(repository),
      ...(kind === 'push' && { pushed_at: Math.floor(nowMs / 1000) }),
    },
    sender: { login: sender.name, id: sender.numericId, type: 'User' },
    ...(repository.ownerIsOrganization && { organization: { login: repository.owner, id: 90_000 } }),
  };
  const { action, facts, timeline } = FORMS[kind](input);
  return {
    event: kind,
    action: action ?? null,
    payload: { ...(action !== undefined && { action }), ...facts, ...common },
    timeline,
  };
}

interface Form {
  readonly action?: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly timeline: Activity['timeline'];
}

const FORMS: Readonly<Record<ActivityKind, (input: ActivityInput) => Form>> = {
  push: makePush,
  issues: (input) => makeThread(input, 'issue', 'IssuesEvent', 'opened'),
  pull_request: (input) => makeThread(input, 'pull_request', 'PullRequestEvent', 'opened'),
  release: makeRelease,
  star: makeStar,
  fork: makeFork,
};

function makePush({ repository, sender, nowMs, number, title }: ActivityInput): Form {
  const commit = (index: number) => createHash('sha1').update(`${repository.id} ${index}`).digest('hex');
  const ref = 'refs/heads/main';
  const before = commit(number - 1);
  const head = commit(number);
  const author = { name: sender.name, email: sender.email, username: sender.name };
  const headCommit = {
    id: head,
    message: title,
    timestamp: new Date(nowMs).toISOString(),
    author,
    committer: author,
    added: [],
    removed: [],
    modified: ['README.md'],
  };
  return {
    facts: {
      ref,
      before,
      after: head,
      created: false,
      deleted: false,
      forced: false,
      commits: [headCommit],
      head_commit: headCommit,
      pusher: { name: sender.name, email: sender.email },
    },
    // Since 2025 without the list of commits.
    timeline: {
      type: 'PushEvent',
      payload: { repository_id: repository.id, push_id: 40_000_000 + number, ref, head, before },
    },
  };
}

function makeThread(
  input: ActivityInput,
  member: 'issue' | 'pull_request',
  type: string,
  usual: string,
): Form {
  const { sender, nowMs, number, title, action = usual } = input;
  const time = new Date(nowMs).toISOString();
  const thread = {
    id: 2_000_000 + number,
    number,
    title,
    state: action === 'closed' ? 'closed' : 'open',
    user: { login: sender.name, id: sender.numericId },
    created_at: time,
    updated_at: time,
    body: null,
  };
  return {
    action,
    facts: { [member]: thread, ...(member === 'pull_request' && { number }) },
    timeline: {
      type,
      // Since 2025 a pull request has little more than its ids there.
      payload:
        member === 'pull_request'
          ? { action, number, pull_request: { id: thread.id, number } }
          : { action, issue: thread },
    },
  };
}

function makeRelease({ nowMs, number, title, sender, action = 'published' }: ActivityInput): Form {
  const time = new Date(nowMs).toISOString();
  const release = {
    id: 3_000_000 + number,
    tag_name: `v1.${number}.0`,
    name: title,
    draft: false,
    prerelease: false,
    author: { login: sender.name, id: sender.numericId },
    created_at: time,
    published_at: time,
  };
  return { action, facts: { release }, timeline: { type: 'ReleaseEvent', payload: { action, release } } };
}

function makeStar({ nowMs, action = 'created' }: ActivityInput): Form {
  return {
    action,
    facts: { starred_at: action === 'created' ? new Date(nowMs).toISOString() : null },
    // A star that is taken back is not listed.
    timeline: action === 'created' ? { type: 'WatchEvent', payload: { action: 'started' } } : undefined,
  };
}

function makeFork({ repository, sender, nowMs, number }: ActivityInput): Form {
  const forkee = {
    id: 4_000_000 + number,
    name: repository.name,
    full_name: `${sender.name}/${repository.name}`,
    fork: true,
    private: false,
    owner: { login: sender.name, id: sender.numericId },
    created_at: new Date(nowMs).toISOString(),
  };
  return { facts: { forkee }, timeline: { type: 'ForkEvent', payload: { forkee } } };
}
