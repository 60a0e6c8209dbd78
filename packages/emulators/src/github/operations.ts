import Type from 'typebox';
import { APPLICATION_MEMBERS, applicationOf } from '../core/oauth/common-operations.ts';
import { operation } from '../core/operations.ts';
import { makeActivity } from './activity.ts';
import { type Delivery, type DeliveryFate, toDelivery } from './deliveries.ts';
import { apiUrlOf, toHook, wantsEvent } from './hooks.ts';
import { install } from './install.ts';
import { appOf, installByPage } from './installation-page.ts';
import { type Installation, toInstallation } from './installations.ts';
import { fullNameOf, type Repository, toRepository } from './repositories.ts';
import type { GitHubAccount, GitHubApplication } from './state.ts';
import type { GitHubWorld } from './world.ts';

const EIGHT_HOURS = 28_800;
const SIX_MONTHS = 15_897_600;

const Text = Type.String({ minLength: 1, maxLength: 2_000 });
const FullName = Type.String({ pattern: '^[^/\\s]+/[^/\\s]+$', description: 'owner/name' });
const Kind = Type.Union([
  Type.Literal('push'),
  Type.Literal('issues'),
  Type.Literal('pull_request'),
  Type.Literal('release'),
  Type.Literal('star'),
  Type.Literal('fork'),
]);
const Fate = Type.Optional(
  Type.Union([Type.Literal('normal'), Type.Literal('failed'), Type.Literal('lost')], {
    description: 'failed: only the delivery log has it. lost: not even the log has it.',
  }),
);

/** What a test or a person can do at the emulated GitHub. */
export function githubOperations(world: GitHubWorld) {
  return {
    ...accountOperations(world),
    ...repositoryOperations(world),
    ...activityOperations(world),
    ...installationOperations(world),
  };
}

function repositoryNamed({ repositories }: GitHubWorld, fullName: string): Repository {
  const [owner = '', name = ''] = fullName.split('/');
  const found = repositories.byName(owner, name);
  if (found === undefined) throw new RangeError(`There is no repository "${fullName}".`);
  return found.repository;
}

function accountOperations(world: GitHubWorld) {
  const { server, limits } = world;
  let accounts = 0;
  return {
    createApplication: operation(
      Type.Object(
        {
          ...APPLICATION_MEMBERS,
          kind: Type.Union([Type.Literal('oauth-app'), Type.Literal('github-app')]),
          webhook: Type.Optional(Type.Object({ url: Text, secret: Text })),
        },
        { additionalProperties: false },
      ),
      ({ kind, webhook, ...input }) => {
        const expiring = kind === 'github-app';
        const application: GitHubApplication = {
          ...applicationOf(input, {
            rotation: { kind: 'immediate' },
            accessTokenSeconds: expiring ? EIGHT_HOURS : undefined,
            refreshTokenSeconds: expiring ? SIX_MONTHS : undefined,
          }),
          kind,
          webhook,
        };
        server.applications.set(application.clientId, application);
        return { clientId: application.clientId, clientSecret: application.clientSecret };
      },
    ),
    createAccount: operation(
      Type.Object(
        {
          login: Type.String({ pattern: '^[A-Za-z0-9-]{1,39}$' }),
          id: Type.Optional(Type.Integer({ minimum: 1 })),
        },
        { additionalProperties: false },
      ),
      ({ login, id }) => {
        accounts += 1;
        const numericId = id ?? 1_000 + accounts;
        const account: GitHubAccount = {
          id: String(numericId),
          numericId,
          name: login,
          email: `${login}@example.com`,
        };
        server.accounts.set(account.id, account);
        return { id: account.id, login };
      },
    ),
    /** The requests of each person and hour; `use` some of them. */
    rateLimit: operation(
      Type.Object(
        {
          limit: Type.Optional(Type.Integer({ minimum: 0 })),
          account: Type.Optional(Text),
          use: Type.Optional(Type.Integer({ minimum: 0 })),
        },
        { additionalProperties: false },
      ),
      ({ limit, account, use }) => {
        if (limit !== undefined) limits.limit = limit;
        if (account !== undefined && use !== undefined)
          limits.use(world.server.accountNamed(account).id, use);
        return { limit: limits.limit };
      },
    ),
  };
}

function repositoryOperations(world: GitHubWorld) {
  const { repositories, hooks, clock } = world;
  const Logins = Type.Optional(Type.Array(Text, { maxItems: 1_000 }));
  return {
    createRepository: operation(
      Type.Object(
        {
          repository: FullName,
          admins: Logins,
          members: Logins,
          organization: Type.Optional(Type.Boolean({ description: 'The owner is an organisation.' })),
          private: Type.Optional(Type.Boolean()),
          restricted: Type.Optional(
            Type.Boolean({ description: 'The organisation has not approved OAuth apps.' }),
          ),
        },
        { additionalProperties: false },
      ),
      (input) => {
        const [owner = '', name = ''] = input.repository.split('/');
        const repository = repositories.add({
          owner,
          name,
          ownerIsOrganization: input.organization ?? false,
          private: input.private ?? false,
          restricted: input.restricted ?? false,
          admins: input.admins ?? [owner],
          members: input.members ?? [],
          nowMs: clock.nowMs(),
        });
        return { id: repository.id, fullName: fullNameOf(repository) };
      },
    ),
    /** Renames or transfers. The old name answers 301. */
    moveRepository: operation(
      Type.Object({ repository: FullName, to: FullName }, { additionalProperties: false }),
      (input) => {
        const repository = repositoryNamed(world, input.repository);
        const [owner = '', name = ''] = input.to.split('/');
        repositories.move(repository, owner, name);
        return { id: repository.id, fullName: fullNameOf(repository) };
      },
    ),
    deleteRepository: operation(
      Type.Object({ repository: FullName }, { additionalProperties: false }),
      (input) => {
        const repository = repositoryNamed(world, input.repository);
        for (const hook of hooks.of(repository.id)) hooks.remove(hook);
        repositories.remove(repository);
      },
    ),
    /** Takes the administration away from a person, or gives it. */
    setAdmin: operation(
      Type.Object(
        { repository: FullName, login: Text, admin: Type.Boolean() },
        { additionalProperties: false },
      ),
      ({ repository: name, login, admin }) => {
        const repository = repositoryNamed(world, name);
        repository.members.add(login);
        if (admin) repository.admins.add(login);
        else repository.admins.delete(login);
      },
    ),
    /** The hooks with their secrets unmasked, after the pings and redeliveries that are under way. */
    listHooks: operation(
      Type.Object({ repository: FullName }, { additionalProperties: false }),
      async (input) => {
        await hooks.settled();
        const repository = repositoryNamed(world, input.repository);
        return hooks.of(repository.id).map((hook) => ({
          ...toHook(hook, apiUrlOf(repository)),
          secret: hook.config.secret,
          deliveries: hook.deliveries.list().map((delivery) => toDelivery(delivery)),
        }));
      },
    ),
    /** Someone removes a hook, or switches it off, in the settings of the repository. */
    removeHook: operation(
      Type.Object(
        { repository: FullName, hookId: Type.Integer(), onlyDeactivate: Type.Optional(Type.Boolean()) },
        { additionalProperties: false },
      ),
      ({ repository: name, hookId, onlyDeactivate }) => {
        const hook = hooks.find(repositoryNamed(world, name).id, hookId);
        if (hook === undefined) throw new RangeError('There is no such hook.');
        if (onlyDeactivate) hooks.change(hook, { active: false });
        else hooks.remove(hook);
      },
    ),
  };
}

function activityOperations(world: GitHubWorld) {
  const { hooks, installations, timeline, clock } = world;
  let count = 0;
  return {
    /** Something happens in a repository: hooks and applications are told, and the Events API lists it. */
    act: operation(
      Type.Object(
        {
          repository: FullName,
          kind: Kind,
          action: Type.Optional(Text),
          title: Type.Optional(Text),
          sender: Type.Optional(Text),
          delivery: Fate,
          listedAfterSeconds: Type.Optional(
            Type.Number({ minimum: 0, description: 'How late the Events API lists it.' }),
          ),
          unlisted: Type.Optional(Type.Boolean({ description: 'The Events API never lists it.' })),
        },
        { additionalProperties: false },
      ),
      async (input) => {
        const repository = repositoryNamed(world, input.repository);
        const [firstAdmin = ''] = repository.admins;
        const sender = world.server.accountNamed(input.sender ?? firstAdmin);
        count += 1;
        const nowMs = clock.nowMs();
        const { kind } = input;
        if (kind === 'push') repository.pushedAtMs = nowMs;
        const title = input.title ?? `Something ${count}`;
        const activity = makeActivity({
          kind,
          action: input.action,
          title,
          repository,
          sender,
          nowMs,
          number: count,
        });
        const eventId =
          activity.timeline === undefined || input.unlisted
            ? undefined
            : timeline.add({
                ...activity.timeline,
                actor: { id: sender.numericId, login: sender.name },
                repositoryId: repository.id,
                repositoryName: fullNameOf(repository),
                isPublic: !repository.private,
                createdAtMs: nowMs,
                visibleAtMs: nowMs + (input.listedAfterSeconds ?? 0) * 1000,
              });
        const { event, action, payload } = activity;
        const content = { event, action, payload, repositoryId: repository.id, installationId: null };
        const sent = await Promise.all([
          ...hooks
            .of(repository.id)
            .filter((hook) => wantsEvent(hook, event))
            .map((hook) => hooks.deliver(hook, content, { fate: input.delivery ?? 'normal' })),
          ...installations
            .all()
            .filter((each) => each.suspendedAtMs === undefined && each.repositories.has(repository.id))
            .map((each) => deliverToApp(world, each, content, input.delivery)),
        ]);
        return { eventId, payload, deliveries: sent.flatMap(guidOf) };
      },
    ),
    notify: operation(
      Type.Object(
        {
          account: Text,
          repository: FullName,
          title: Text,
          reason: Type.Optional(Text),
          id: Type.Optional(Type.String({ description: 'Updates that notification.' })),
        },
        { additionalProperties: false },
      ),
      ({ account, repository, title, reason, id }) => ({
        id: timeline.notify({
          ...(id !== undefined && { id }),
          accountId: world.server.accountNamed(account).id,
          repository: toRepository(repositoryNamed(world, repository)),
          title,
          reason: reason ?? 'mention',
          updatedAtMs: clock.nowMs(),
        }),
      }),
    ),
  };
}

function installationOperations(world: GitHubWorld) {
  const { server, installations, clock } = world;
  const tell = (
    application: GitHubApplication,
    event: string,
    action: string,
    payload: object,
    id: number | null,
  ) =>
    installations.deliver(application, {
      event,
      action,
      payload: { action, ...payload },
      repositoryId: null,
      installationId: id,
    });
  return {
    /** A person installs a GitHub App on repositories: `installation` `created` is delivered. */
    install: operation(
      Type.Object(
        { clientId: Text, account: Text, repositories: Type.Array(FullName, { maxItems: 1_000 }) },
        { additionalProperties: false },
      ),
      async ({ clientId, account, repositories }) => {
        const chosen = repositories.map((name) => repositoryNamed(world, name));
        const application = server.applicationNamed(clientId);
        return { id: (await install(world, application, server.accountNamed(account), chosen)).id };
      },
    ),
    /** The same on the page `/apps/<slug>/installations/new`. `location`: the callback with code and state. */
    installByPage: operation(
      Type.Object(
        {
          url: Type.String({ description: 'The address of the page.' }),
          account: Text,
          repositories: Type.Array(FullName, { maxItems: 1_000 }),
        },
        { additionalProperties: false },
      ),
      async ({ url, account, repositories }) => {
        const { pathname, searchParams } = new URL(url);
        const application = appOf(world, /\/apps\/([^/]+)\/installations\/new$/.exec(pathname)?.[1] ?? '');
        const state = searchParams.get('state') ?? undefined;
        return { location: await installByPage(world, application, state, { account, repositories }) };
      },
    ),
    uninstall: operation(
      Type.Object({ id: Type.Integer() }, { additionalProperties: false }),
      async ({ id }) => {
        const installation = installations.remove(id);
        if (installation === undefined) throw new RangeError('There is no such installation.');
        const { account, clientId } = installation;
        const payload = {
          installation: toInstallation(installation),
          sender: { login: account.name, id: account.numericId },
        };
        await tell(world.server.applicationNamed(clientId), 'installation', 'deleted', payload, id);
      },
    ),
    /** An owner suspends an installation, or ends the suspension: `installation` `suspend` or `unsuspend` is delivered. */
    suspendInstallation: operation(
      Type.Object({ id: Type.Integer(), suspended: Type.Boolean() }, { additionalProperties: false }),
      async ({ id, suspended }) => {
        const installation = installations.find(id);
        if (installation === undefined) throw new RangeError('There is no such installation.');
        installation.suspendedAtMs = suspended ? clock.nowMs() : undefined;
        const { account, clientId } = installation;
        const payload = {
          installation: toInstallation(installation),
          sender: { login: account.name, id: account.numericId },
        };
        const action = suspended ? 'suspend' : 'unsuspend';
        await tell(server.applicationNamed(clientId), 'installation', action, payload, id);
      },
    ),
    /** A person takes the authorization back: the tokens end, and a GitHub App is told. */
    revokeAuthorization: operation(
      Type.Object({ clientId: Text, account: Text }, { additionalProperties: false }),
      async ({ clientId, account }) => {
        const person = world.server.accountNamed(account);
        const grants = server.grantsOf(clientId, person.id);
        for (const grant of grants) server.endGrant(grant, 'revoked');
        const payload = { sender: { login: person.name, id: person.numericId } };
        const told = await tell(
          world.server.applicationNamed(clientId),
          'github_app_authorization',
          'revoked',
          payload,
          null,
        );
        return { grants: grants.length, deliveries: guidOf(told) };
      },
    ),
  };
}

async function deliverToApp(
  world: GitHubWorld,
  installation: Installation,
  content: Parameters<GitHubWorld['installations']['deliver']>[1],
  fate: DeliveryFate | undefined,
): Promise<Delivery | undefined> {
  const { id, clientId } = installation;
  return await world.installations.deliver(
    world.server.applicationNamed(clientId),
    { ...content, installationId: id, payload: { ...content.payload, installation: { id } } },
    fate,
  );
}

function guidOf(delivery: Delivery | undefined) {
  return delivery === undefined ? [] : [{ guid: delivery.guid, status: delivery.status }];
}
