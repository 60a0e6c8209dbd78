import { type Installation, toInstallation } from './installations.ts';
import type { Repository } from './repositories.ts';
import type { GitHubAccount, GitHubApplication } from './state.ts';
import type { GitHubWorld } from './world.ts';

/** A person installs a GitHub App on repositories: `installation` `created` is delivered to its webhook. */
export async function install(
  { installations }: GitHubWorld,
  application: GitHubApplication,
  person: GitHubAccount,
  chosen: readonly Repository[],
): Promise<Installation> {
  const ids = chosen.map(({ id }) => id);
  const installation = installations.add(application.clientId, person, ids);
  const action = 'created';
  await installations.deliver(application, {
    event: 'installation',
    action,
    payload: {
      action,
      installation: toInstallation(installation),
      repositories: chosen.map(({ id, name, private: isPrivate, owner }) => ({
        id,
        name,
        full_name: `${owner}/${name}`,
        private: isPrivate,
      })),
      sender: { login: person.name, id: person.numericId },
    },
    repositoryId: null,
    installationId: installation.id,
  });
  return installation;
}
