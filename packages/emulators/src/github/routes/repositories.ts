import type { FastifyInstance } from 'fastify';
import { failure } from '../failure.ts';
import { toInstallation } from '../installations.ts';
import { toRepository } from '../repositories.ts';
import { type ApiContext, REPOSITORY_PATHS, repositoryOf } from './api-context.ts';
import { pageOf, sendWithEtag } from './lists.ts';

/** Repositories, alone and in lists, and the installations that a person can see. */
export function mountRepositories(api: FastifyInstance, context: ApiContext): void {
  const { repositories, installations, callerOf } = context;
  for (const path of REPOSITORY_PATHS) {
    api.get(path, async (request, reply) => {
      const caller = callerOf(request);
      const repository = repositoryOf(context, request);
      return sendWithEtag(request, reply, caller, toRepository(repository, caller.account));
    });
  }
  api.get('/user/repos', async (request, reply) => {
    const { account, token } = callerOf(request);
    const visible = repositories
      .visibleTo(account.name)
      .filter((repository) => !repository.private || token.scopes.includes('repo'));
    return pageOf(request, reply, visible).map((repository) => toRepository(repository, account));
  });
  api.get('/orgs/:org/repos', async (request, reply) => {
    const { account, token } = callerOf(request);
    const { org } = request.params as { org: string };
    const owned = repositories.ownedBy(org).filter(({ ownerIsOrganization }) => ownerIsOrganization);
    if (owned.length === 0) throw failure(404, 'Not Found');
    const visible = owned.filter(
      (repository) =>
        !repository.private || (repository.members.has(account.name) && token.scopes.includes('repo')),
    );
    return pageOf(request, reply, visible).map((repository) => toRepository(repository, account));
  });
  api.get('/user/installations', async (request, reply) => {
    const { account, application } = callerOf(request);
    if (application?.kind !== 'github-app') {
      throw failure(403, 'You must authenticate with an access token authorized to a GitHub App');
    }
    const own = installations
      .all()
      .filter((each) => each.clientId === application.clientId && each.account.id === account.id);
    const page = pageOf(request, reply, own);
    return { total_count: own.length, installations: page.map(toInstallation) };
  });
  api.get('/user/installations/:installationId/repositories', async (request, reply) => {
    const { account } = callerOf(request);
    const { installationId } = request.params as { installationId: string };
    const installation = installations.find(Number(installationId));
    if (installation?.account.id !== account.id) throw failure(404, 'Not Found');
    const own = [...installation.repositories].flatMap((id) => repositories.byId(id) ?? []);
    const page = pageOf(request, reply, own);
    return {
      total_count: own.length,
      repository_selection: 'selected',
      repositories: page.map((repository) => toRepository(repository, account)),
    };
  });
}
