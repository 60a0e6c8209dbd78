import { BoundedMap } from '../core/bounded.ts';
import type { PushContext } from '../core/emulator.ts';
import { Deliveries, type Delivery, type DeliveryContent, type DeliveryFate } from './deliveries.ts';
import type { GitHubAccount, GitHubApplication } from './state.ts';

const MAX_INSTALLATIONS = 50_000;

export interface Installation {
  readonly id: number;
  readonly clientId: string;
  readonly account: GitHubAccount;
  /** Ids. */
  readonly repositories: Set<number>;
  /** While it is suspended, the application is told nothing of it. */
  suspendedAtMs: number | undefined;
}

/** Installations of GitHub Apps, and the deliveries to their one webhook. */
export class Installations {
  readonly #installations = new BoundedMap<number, Installation>(MAX_INSTALLATIONS);
  readonly #deliveries = new Map<string, Deliveries>();
  readonly #context: PushContext;
  #count = 0;

  constructor(context: PushContext) {
    this.#context = context;
  }

  add(clientId: string, account: GitHubAccount, repositories: readonly number[]): Installation {
    this.#count += 1;
    const installation = {
      id: 80_000 + this.#count,
      clientId,
      account,
      repositories: new Set(repositories),
      suspendedAtMs: undefined,
    };
    this.#installations.set(installation.id, installation);
    return installation;
  }

  remove(id: number): Installation | undefined {
    const installation = this.#installations.get(id);
    this.#installations.delete(id);
    return installation;
  }

  find(id: number): Installation | undefined {
    return this.#installations.get(id);
  }

  all(): Installation[] {
    return [...this.#installations.values()];
  }

  /** Undefined if the application has no webhook. */
  async deliver(
    application: GitHubApplication,
    content: DeliveryContent,
    fate?: DeliveryFate,
  ): Promise<Delivery | undefined> {
    if (application.webhook === undefined) return undefined;
    const deliveries = this.#deliveries.get(application.clientId) ?? new Deliveries(this.#context);
    this.#deliveries.set(application.clientId, deliveries);
    const { url, secret } = application.webhook;
    return await deliveries.send(
      { hookId: 900_000, targetType: 'integration', targetId: 1, url, secret, contentType: 'json' },
      content,
      fate === undefined ? {} : { fate },
    );
  }
}

export function toInstallation({ id, account, clientId, suspendedAtMs }: Installation) {
  return {
    id,
    account: { login: account.name, id: account.numericId, type: 'User' },
    app_id: 1,
    app_slug: clientId,
    client_id: clientId,
    target_type: 'User',
    repository_selection: 'selected',
    permissions: { metadata: 'read', contents: 'read', issues: 'read', pull_requests: 'read' },
    events: ['push', 'issues', 'pull_request', 'release', 'star', 'fork'],
    suspended_at: suspendedAtMs === undefined ? null : new Date(suspendedAtMs).toISOString(),
  };
}
