import type { FastifyRequest } from 'fastify';
import { Answer } from '../../core/answer.ts';
import { ownOrigin } from '../../core/parameters.ts';
import { failure } from '../failure.ts';
import type { Repository } from '../repositories.ts';
import type { Caller } from '../state.ts';
import type { GitHubWorld } from '../world.ts';

/** What the routes of the REST API share. */
export interface ApiContext extends GitHubWorld {
  /** @throws Answer 401, 403 */
  callerOf(request: FastifyRequest): Caller;
}

/** The two addresses of what belongs to a repository. */
export const REPOSITORY_PATHS = ['/repos/:owner/:repo', '/repositories/:repositoryId'] as const;

/**
 * The repository of the request, if the caller may see it.
 * @throws Answer 301 or 307 for an earlier name, 404, 403 for an organisation that has not approved the application
 */
export function repositoryOf(context: ApiContext, request: FastifyRequest): Repository {
  const caller = context.callerOf(request);
  const {
    owner = '',
    repo = '',
    repositoryId,
  } = request.params as Readonly<Record<string, string | undefined>>;
  const found =
    repositoryId === undefined
      ? context.repositories.byName(owner, repo)
      : { repository: context.repositories.byId(Number(repositoryId)), moved: false };
  const repository = found?.repository;
  if (repository === undefined || !maySee(context, caller, repository)) throw failure(404, 'Not Found');
  if (found?.moved) throw redirection(request, owner, repo, repository.id);
  if (repository.restricted && caller.application?.kind === 'oauth-app') {
    throw failure(
      403,
      `Although you appear to have the correct authorization credentials, the \`${repository.owner}\` organization ` +
        'has enabled OAuth App access restrictions, meaning that data access to third-parties is limited.',
    );
  }
  return repository;
}

/** @throws Answer 404 unless the caller administers the repository and has one of the scopes */
export function requireHookAccess(
  context: ApiContext,
  request: FastifyRequest,
  writing: boolean,
): Repository {
  const repository = repositoryOf(context, request);
  const { account, token, application } = context.callerOf(request);
  const needed = writing
    ? ['repo', 'admin:repo_hook', 'write:repo_hook']
    : ['repo', 'admin:repo_hook', 'write:repo_hook', 'read:repo_hook'];
  const allowed = application?.kind === 'github-app' || needed.some((scope) => token.scopes.includes(scope));
  if (!repository.admins.has(account.name) || !allowed) throw failure(404, 'Not Found');
  return repository;
}

function maySee(
  { installations }: ApiContext,
  { account, token, application }: Caller,
  repository: Repository,
) {
  if (!repository.private) return true;
  if (!repository.members.has(account.name)) return false;
  if (application?.kind === 'github-app') {
    return installations
      .all()
      .some((each) => each.clientId === application.clientId && each.repositories.has(repository.id));
  }
  return token.scopes.includes('repo');
}

/** GitHub answers the old address of a repository with its address by id. */
function redirection(request: FastifyRequest, owner: string, repo: string, id: number): Answer {
  const [prefix = '', rest = ''] = request.url.split(`/repos/${owner}/${repo}`);
  const location = `${ownOrigin(request)}${prefix}/repositories/${id}${rest}`;
  const status = request.method === 'GET' ? 301 : 307;
  return new Answer(
    status,
    {
      message: status === 301 ? 'Moved Permanently' : 'Temporary Redirect',
      url: location,
      documentation_url: 'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api',
    },
    { location },
  );
}
