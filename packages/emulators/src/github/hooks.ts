import { BoundedMap } from '../core/bounded.ts';
import type { PushContext } from '../core/emulator.ts';
import { Deliveries, type Delivery, type DeliveryContent, type DeliveryFate } from './deliveries.ts';
import { failure } from './failure.ts';
import { fullNameOf, type Repository } from './repositories.ts';

const MAX_HOOKS = 50_000;
/** For each event; a hook with `*` counts for every event. */
const MAX_HOOKS_PER_EVENT = 20;

export interface HookConfig {
  url: string;
  contentType: 'json' | 'form';
  secret: string | undefined;
  insecureSsl: string;
}

export interface Hook {
  readonly id: number;
  readonly repositoryId: number;
  active: boolean;
  events: string[];
  config: HookConfig;
  readonly createdAtMs: number;
  updatedAtMs: number;
  lastResponse: { code: number | null; status: string; message: string | null };
  readonly deliveries: Deliveries;
}

/** Repository hooks with their limits. */
export class Hooks {
  readonly #context: PushContext;
  readonly #hooks = new BoundedMap<number, Hook>(MAX_HOOKS);
  readonly #background = new Set<Promise<unknown>>();
  #count = 0;

  constructor(context: PushContext) {
    this.#context = context;
  }

  /** In order of creation. */
  of(repositoryId: number): Hook[] {
    return [...this.#hooks.values()].filter((hook) => hook.repositoryId === repositoryId);
  }

  find(repositoryId: number, id: number): Hook | undefined {
    const hook = this.#hooks.get(id);
    return hook?.repositoryId === repositoryId ? hook : undefined;
  }

  /** Sends the ping in the background. @throws Answer 422 */
  create(repository: Repository, events: readonly string[], config: HookConfig, active: boolean): Hook {
    const others = this.of(repository.id);
    checkHook(others, events, config);
    this.#count += 1;
    const nowMs = this.#context.clock.nowMs();
    const hook: Hook = {
      id: 700_000 + this.#count,
      repositoryId: repository.id,
      active,
      events: [...events],
      config,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      lastResponse: { code: null, status: 'unused', message: null },
      deliveries: new Deliveries(this.#context),
    };
    this.#hooks.set(hook.id, hook);
    this.ping(hook);
    return hook;
  }

  /** @throws Answer 422 */
  change(hook: Hook, change: { events?: readonly string[]; config?: HookConfig; active?: boolean }): void {
    const others = this.of(hook.repositoryId).filter(({ id }) => id !== hook.id);
    const config = change.config ?? hook.config;
    const events = change.events ?? hook.events;
    checkHook(others, events, config);
    hook.config = config;
    hook.events = [...events];
    hook.active = change.active ?? hook.active;
    hook.updatedAtMs = this.#context.clock.nowMs();
  }

  remove(hook: Hook): void {
    this.#hooks.delete(hook.id);
  }

  ping(hook: Hook): void {
    const payload = { zen: 'Keep it logically awesome.', hook_id: hook.id, hook: toHook(hook, '') };
    const content = {
      event: 'ping',
      action: null,
      payload,
      repositoryId: hook.repositoryId,
      installationId: null,
    };
    this.runInBackground(this.deliver(hook, content));
  }

  runInBackground(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.#background.delete(tracked));
    this.#background.add(tracked);
  }

  /** Resolves when pings and redeliveries so far are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#background);
  }

  async deliver(
    hook: Hook,
    content: DeliveryContent,
    options: { fate?: DeliveryFate; guid?: string } = {},
  ): Promise<Delivery | undefined> {
    const { url, secret, contentType } = hook.config;
    const target = {
      hookId: hook.id,
      targetType: 'repository',
      targetId: hook.repositoryId,
      url,
      secret,
      contentType,
    } as const;
    const delivery = await hook.deliveries.send(target, content, options);
    if (delivery !== undefined) {
      const { statusCode: code, status } = delivery;
      hook.lastResponse = { code, status: status === 'OK' ? 'active' : 'unused', message: status };
    }
    return delivery;
  }
}

export function wantsEvent({ active, events }: Hook, event: string): boolean {
  return active && (events.includes('*') || events.includes(event));
}

function checkHook(others: readonly Hook[], events: readonly string[], config: HookConfig): void {
  if (!URL.canParse(config.url)) throw invalid('url is missing or not an address');
  const same = others.some(
    (hook) => hook.config.url === config.url && hook.events.some((event) => events.includes(event)),
  );
  if (same) throw invalid('Hook already exists on this repository');
  for (const event of events) {
    const count = others.filter((hook) => hook.events.includes(event) || hook.events.includes('*')).length;
    if (count >= MAX_HOOKS_PER_EVENT) throw invalid(`The "${event}" event cannot have more than 20 hooks`);
  }
}

function invalid(message: string) {
  return failure(422, 'Validation Failed', { errors: [{ resource: 'Hook', code: 'custom', message }] });
}

/** A hook as the API prints it: with a masked secret. */
export function toHook(hook: Hook, repositoryUrl: string) {
  const url = `${repositoryUrl}/hooks/${hook.id}`;
  const { url: address, contentType, secret, insecureSsl } = hook.config;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      url: address,
      content_type: contentType,
      insecure_ssl: insecureSsl,
      ...(secret !== undefined && { secret: '********' }),
    },
    updated_at: new Date(hook.updatedAtMs).toISOString(),
    created_at: new Date(hook.createdAtMs).toISOString(),
    url,
    test_url: `${url}/tests`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: hook.lastResponse,
  };
}

export function apiUrlOf(repository: Repository): string {
  return `https://api.github.com/repos/${fullNameOf(repository)}`;
}
