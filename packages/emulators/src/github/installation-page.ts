import type { FastifyInstance } from 'fastify';
import { Answer } from '../core/answer.ts';
import { escapeHtml, formFields, htmlPage } from '../core/html.ts';
import { Refusal } from '../core/oauth/refusal.ts';
import { ownOrigin, queryParameters } from '../core/parameters.ts';
import { install } from './install.ts';
import { fullNameOf, type Repository } from './repositories.ts';
import type { GitHubApplication } from './state.ts';
import type { GitHubWorld } from './world.ts';

const PATH = '/github.com/apps/:slug/installations/new';
const MAX_SHOWN = 100;

export interface InstallationChoice {
  /** The login. */
  readonly account: string;
  /** As `owner/name`. */
  readonly repositories: readonly string[];
}

/**
 * The page on which a person installs a GitHub App and authorizes it (the App's setting "Request user authorization
 * during installation" is on). The slug of an App is its client id.
 */
export function mountInstallationPage(app: FastifyInstance, world: GitHubWorld): void {
  app.get(PATH, async (request, reply) => {
    const application = appOf(world, (request.params as { slug: string }).slug);
    const { state = '' } = queryParameters(request);
    const action = `${ownOrigin(request)}/github.com/apps/${application.clientId}/installations/decision`;
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(page(world, application, action, state));
  });
  app.post('/github.com/apps/:slug/installations/decision', async (request, reply) => {
    const application = appOf(world, (request.params as { slug: string }).slug);
    const fields = formFields(request.body);
    const choice = { account: fields.get('account') ?? '', repositories: fields.getAll('repository') };
    const location = await installByPage(world, application, fields.get('state') ?? undefined, choice);
    return reply.code(302).header('location', location).send('');
  });
}

/** The address of the callback, with the code, the state and the id of the installation. */
export async function installByPage(
  world: GitHubWorld,
  application: GitHubApplication,
  state: string | undefined,
  { account, repositories }: InstallationChoice,
): Promise<string> {
  const { server } = world;
  const person = server.accountNamed(account);
  const chosen = repositories.map((name) => repositoryNamed(world, name));
  try {
    const pending = server.begin({
      client_id: application.clientId,
      ...(state !== undefined && state !== '' && { state }),
    });
    const installation = await install(world, application, person, chosen);
    const location = new URL(server.decide(pending.id, { approve: true, account: person.id }));
    location.searchParams.set('installation_id', String(installation.id));
    location.searchParams.set('setup_action', 'install');
    return location.href;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Answer(400, { message: 'The application has no registered callback address.' });
  }
}

export function appOf({ server }: GitHubWorld, slug: string): GitHubApplication {
  const application = server.applications.get(slug);
  if (application?.kind !== 'github-app') throw new Answer(404, { message: 'Not Found' });
  return application;
}

function repositoryNamed({ repositories }: GitHubWorld, fullName: string): Repository {
  const [owner = '', name = ''] = fullName.split('/');
  const found = repositories.byName(owner, name);
  if (found === undefined) throw new RangeError(`There is no repository "${fullName}".`);
  return found.repository;
}

function page(
  { server, repositories }: GitHubWorld,
  application: GitHubApplication,
  action: string,
  state: string,
): string {
  const accounts = [...server.accounts.values()].slice(0, MAX_SHOWN);
  const options = accounts.map(({ name }) => `<option>${escapeHtml(name)}</option>`);
  const boxes = accounts
    .flatMap(({ name }) => repositories.visibleTo(name))
    .slice(0, MAX_SHOWN)
    .map((repository) => {
      const name = escapeHtml(fullNameOf(repository));
      return `<p><label><input type="checkbox" name="repository" value="${name}"> ${name}</label></p>`;
    });
  return htmlPage(
    'GitHub',
    `<h1>Install ${escapeHtml(application.name)}</h1>
<p>This is the emulated GitHub: there is no real account behind it.</p>
<form method="post" action="${escapeHtml(action)}">
<input type="hidden" name="state" value="${escapeHtml(state)}">
<p><label>Account <select name="account">${options.join('')}</select></label></p>
${boxes.join('\n')}
<p><button>Install and authorize</button></p>
</form>`,
  );
}
