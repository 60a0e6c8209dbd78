import { createHmac } from 'node:crypto';
import { BoundedMap } from '../../core/bounded.ts';
import type { PushContext } from '../../core/emulator.ts';

const MAX_SUBSCRIPTIONS = 50_000;
const DEFAULT_LEASE_SECONDS = 432_000;
const MAX_LEASE_SECONDS = 828_000;
const HUB = 'https://pubsubhubbub.appspot.com/';

export interface HubSubscription {
  readonly callback: string;
  readonly topic: string;
  readonly secret: string | undefined;
  /** Undefined until the handshake succeeded. */
  expiresAtMs: number | undefined;
  /** The statuses of the latest pushes, at most ten. */
  statuses: number[];
}

export interface HubRequest {
  readonly mode: string;
  readonly topic: string;
  readonly callback: string;
  readonly secret: string | undefined;
  readonly leaseSeconds: number | undefined;
}

/** Google's WebSub hub: asynchronous handshakes, leases, signed pushes, outages. */
export class Hub {
  /** The hub answers 503 until then. */
  outageUntilMs = 0;
  /** The hub accepts requests and never verifies them. */
  silentHandshakes = false;
  /** The hub pushes nothing. */
  silentPushes = false;
  readonly #context: PushContext;
  readonly #subscriptions = new BoundedMap<string, HubSubscription>(MAX_SUBSCRIPTIONS);
  readonly #handshakes = new Set<Promise<void>>();
  #count = 0;

  constructor(context: PushContext) {
    this.#context = context;
  }

  isOut(): boolean {
    return this.outageUntilMs > this.#context.clock.nowMs();
  }

  /** Begins the handshake in the background. */
  accept(request: HubRequest): void {
    if (this.silentHandshakes) return;
    const handshake = this.#verify(request).finally(() => this.#handshakes.delete(handshake));
    this.#handshakes.add(handshake);
  }

  /** Resolves when the handshakes so far are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#handshakes);
  }

  /** Those whose handshake succeeded and whose lease lasts. */
  active(): HubSubscription[] {
    const nowMs = this.#context.clock.nowMs();
    return [...this.#subscriptions.values()].filter(({ expiresAtMs }) => (expiresAtMs ?? 0) > nowMs);
  }

  /** The hub ends a subscription by itself. */
  async deny(topic: string, reason: string): Promise<number> {
    const matching = this.active().filter((each) => each.topic === topic);
    for (const { callback } of matching) {
      this.#subscriptions.delete(`${callback} ${topic}`);
      await this.#context.send({
        method: 'GET',
        url: withParameters(callback, { 'hub.mode': 'denied', 'hub.topic': topic, 'hub.reason': reason }),
      });
    }
    return matching.length;
  }

  /** Sends a feed to the subscribers of a channel. The statuses of their answers. */
  async push(channelId: string, feed: string): Promise<number[]> {
    if (this.isOut() || this.silentPushes) return [];
    const matching = this.active().filter(({ topic }) => topic.endsWith(`channel_id=${channelId}`));
    return await Promise.all(
      matching.map(async (subscription) => {
        const { callback, topic, secret } = subscription;
        const signature =
          secret === undefined ? undefined : createHmac('sha1', secret).update(feed).digest('hex');
        const { status } = await this.#context.send({
          url: callback,
          headers: {
            'content-type': 'application/atom+xml',
            'user-agent': 'FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)',
            link: `<${topic}>; rel=self, <${HUB}>; rel=hub`,
            ...(signature !== undefined && { 'x-hub-signature': `sha1=${signature}` }),
          },
          body: feed,
        });
        subscription.statuses = [...subscription.statuses, status].slice(-10);
        return status;
      }),
    );
  }

  async #verify({ mode, topic, callback, secret, leaseSeconds }: HubRequest): Promise<void> {
    this.#count += 1;
    const challenge = `emulated-hub-challenge-${this.#count}`;
    const lease = Math.min(leaseSeconds ?? DEFAULT_LEASE_SECONDS, MAX_LEASE_SECONDS);
    const { status, body } = await this.#context.send({
      method: 'GET',
      url: withParameters(callback, {
        'hub.mode': mode,
        'hub.topic': topic,
        'hub.challenge': challenge,
        ...(mode === 'subscribe' && { 'hub.lease_seconds': String(lease) }),
      }),
      headers: { 'user-agent': 'FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)' },
    });
    if (status < 200 || status >= 300 || body !== challenge) return;
    const key = `${callback} ${topic}`;
    if (mode === 'unsubscribe') this.#subscriptions.delete(key);
    else {
      const expiresAtMs = this.#context.clock.nowMs() + lease * 1000;
      this.#subscriptions.set(key, { callback, topic, secret, expiresAtMs, statuses: [] });
    }
  }
}

function withParameters(address: string, parameters: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
