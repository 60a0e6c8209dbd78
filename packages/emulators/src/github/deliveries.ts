import { createHmac, randomUUID } from 'node:crypto';
import { BoundedList } from '../core/bounded.ts';
import type { PushContext } from '../core/emulator.ts';

const MAX_DELIVERIES = 10_000;
const KEPT_MS = 3 * 86_400_000;

/** Where deliveries go: a hook of a repository, or the webhook of an application. */
export interface DeliveryTarget {
  readonly hookId: number;
  readonly targetType: 'repository' | 'integration';
  readonly targetId: number;
  readonly url: string;
  readonly secret: string | undefined;
  readonly contentType: 'json' | 'form';
}

export interface DeliveryContent {
  readonly event: string;
  readonly action: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly repositoryId: number | null;
  readonly installationId: number | null;
}

/**
 * normal: sent. failed: the log shows a failure, and nothing arrives. lost: not even in the log.
 */
export type DeliveryFate = 'normal' | 'failed' | 'lost';

export interface Delivery extends DeliveryContent {
  readonly id: number;
  /** The same for every attempt. */
  readonly guid: string;
  readonly deliveredAtMs: number;
  readonly redelivery: boolean;
  readonly duration: number;
  readonly status: string;
  readonly statusCode: number;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}

let lastId = 3_000_000_000;

/** The log of one hook, kept three days, and the sending. */
export class Deliveries {
  readonly #context: PushContext;
  readonly #log = new BoundedList<Delivery>(MAX_DELIVERIES);

  constructor(context: PushContext) {
    this.#context = context;
  }

  /** Newest first. */
  list(): Delivery[] {
    const oldestMs = this.#context.clock.nowMs() - KEPT_MS;
    return this.#log
      .latest()
      .filter(({ deliveredAtMs }) => deliveredAtMs >= oldestMs)
      .reverse();
  }

  find(id: number): Delivery | undefined {
    return this.list().find((delivery) => delivery.id === id);
  }

  /** Undefined if the delivery is lost. */
  async send(
    target: DeliveryTarget,
    content: DeliveryContent,
    options: { fate?: DeliveryFate; guid?: string } = {},
  ): Promise<Delivery | undefined> {
    const { fate = 'normal', guid = randomUUID() } = options;
    if (fate === 'lost') return undefined;
    const body = JSON.stringify(content.payload);
    const text = target.contentType === 'json' ? body : new URLSearchParams({ payload: body }).toString();
    const headers = headersOf(target, content, guid, text);
    const result =
      fate === 'failed'
        ? { status: 0, body: '', headers: {}, duration: 10, failure: 'TimeoutError' }
        : await this.#context.send({ url: target.url, headers, body: text });
    lastId += 1;
    const delivery: Delivery = {
      ...content,
      id: lastId,
      guid,
      deliveredAtMs: this.#context.clock.nowMs(),
      redelivery: options.guid !== undefined,
      duration: result.duration,
      status: describe(result.status, result.failure),
      statusCode: result.status === 0 ? 502 : result.status,
      requestHeaders: headers,
      responseHeaders: result.headers,
      responseBody: result.body,
    };
    this.#log.add(delivery);
    return delivery;
  }
}

function headersOf(
  target: DeliveryTarget,
  { event }: DeliveryContent,
  guid: string,
  body: string,
): Record<string, string> {
  const sign = (hash: string) =>
    `${hash}=${createHmac(hash, target.secret ?? '')
      .update(body)
      .digest('hex')}`;
  return {
    'content-type': target.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    accept: '*/*',
    'user-agent': 'GitHub-Hookshot/emulated',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-github-hook-id': String(target.hookId),
    'x-github-hook-installation-target-id': String(target.targetId),
    'x-github-hook-installation-target-type': target.targetType,
    ...(target.secret !== undefined && {
      'x-hub-signature': sign('sha1'),
      'x-hub-signature-256': sign('sha256'),
    }),
  };
}

function describe(status: number, failure: string | undefined): string {
  if (failure?.includes('Timeout')) return 'timed out';
  if (status === 0) return 'failed to connect to host';
  return status >= 200 && status < 300 ? 'OK' : `Invalid HTTP Response: ${status}`;
}

/** An entry of the log as the API prints it; `detailed` with both messages. */
export function toDelivery(delivery: Delivery, detailed = false) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: new Date(delivery.deliveredAtMs).toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
    ...(detailed && {
      url: '',
      request: { headers: delivery.requestHeaders, payload: delivery.payload },
      response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
    }),
  };
}
