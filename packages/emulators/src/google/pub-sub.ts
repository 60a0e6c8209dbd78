import { BoundedList, BoundedMap } from '../core/bounded.ts';
import type { SendPush } from '../core/send-push.ts';
import type { Signer } from './signer.ts';

const MAX_NAMES = 10_000;
const MAX_WAITING = 10_000;

export interface Subscription {
  /** `projects/<project>/subscriptions/<name>`. */
  readonly name: string;
  readonly topic: string;
  readonly pushEndpoint: string;
  /** Default: the endpoint. */
  readonly audience: string;
  readonly serviceAccountEmail: string;
}

export interface PubSubPush {
  readonly messageId: string;
  readonly subscription: string;
  /** The statuses of the answers; 0: none. */
  readonly statuses: number[];
}

interface Waiting {
  readonly push: PubSubPush;
  readonly subscription: Subscription;
  readonly data: string;
  readonly publishTime: string;
}

/**
 * Topics with push subscriptions. Pushes bear a token of Google, signed with the machine's time, because a receiver
 * checks it by its own clock. Messages that were not acknowledged wait for `retry`.
 */
export class PubSub {
  readonly #signer: Signer;
  readonly #send: SendPush;
  /** Whether Gmail may publish to it, by the name of the topic. */
  readonly #topics = new BoundedMap<string, boolean>(MAX_NAMES);
  readonly #subscriptions = new BoundedMap<string, Subscription>(MAX_NAMES);
  #waiting = new BoundedList<Waiting>(MAX_WAITING);
  #messages = 0;

  constructor(signer: Signer, send: SendPush) {
    this.#signer = signer;
    this.#send = send;
  }

  /** Undefined: there is no such topic. */
  mayPublish(topic: string): boolean | undefined {
    return this.#topics.get(topic);
  }

  setTopic(topic: string, publisherGranted: boolean): void {
    this.#topics.set(topic, publisherGranted);
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.set(subscription.name, subscription);
  }

  async publish(topic: string, data: unknown, publishTimeMs: number): Promise<PubSubPush[]> {
    const encoded = Buffer.from(JSON.stringify(data)).toString('base64');
    const all = [...this.#subscriptions.values()].filter((each) => each.topic === topic);
    this.#messages += 1;
    const messageId = String(7_000_000_000_000_000 + this.#messages);
    return await Promise.all(
      all.map(async (subscription) => {
        const push: PubSubPush = { messageId, subscription: subscription.name, statuses: [] };
        const publishTime = new Date(publishTimeMs).toISOString();
        await this.#try({ push, subscription, data: encoded, publishTime });
        return push;
      }),
    );
  }

  /** Sends again what was not acknowledged. */
  async retry(): Promise<PubSubPush[]> {
    const all = this.#waiting.latest();
    this.#waiting = new BoundedList(MAX_WAITING);
    for (const waiting of all) await this.#try(waiting);
    return all.map(({ push }) => push);
  }

  async #try(waiting: Waiting): Promise<void> {
    const { push, subscription, data, publishTime } = waiting;
    const { audience, serviceAccountEmail } = subscription;
    const claims = {
      aud: audience,
      azp: '100000000000000000000',
      sub: '100000000000000000000',
      email: serviceAccountEmail,
      email_verified: true,
    };
    const { messageId } = push;
    const { status } = await this.#send({
      url: subscription.pushEndpoint,
      headers: {
        authorization: `Bearer ${await this.#signer.sign(claims, Date.now())}`,
        'content-type': 'application/json',
        'user-agent': 'CloudPubSub-Google',
      },
      body: JSON.stringify({
        message: { data, messageId, message_id: messageId, publishTime, publish_time: publishTime },
        subscription: subscription.name,
      }),
    });
    push.statuses.push(status);
    if (status < 200 || status >= 300) this.#waiting.add(waiting);
  }
}
