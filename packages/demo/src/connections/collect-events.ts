import { setTimeout as sleep } from 'node:timers/promises';
import type { Hookline } from '@hookline/client';
import { Webhook } from 'standardwebhooks';
import { receiveWebhooks } from '../receive-webhooks.ts';
import { verifyPlainSignature } from '../verify-plain-signature.ts';

export interface WantedEvent {
  /** The exact type. */
  readonly type: string;
  /** A text that only this event's data has. */
  readonly contains: string;
}

/** Receives the events of one tenant by an endpoint and by the live feed. */
export interface EventCollector {
  /**
   * Waits until the event has arrived at the endpoint, with valid signatures, and on the feed.
   * @returns the time of its arrival at the endpoint, of `performance.now()`
   * @throws if it does not arrive in time, or a signature is not valid
   */
  arrival(wanted: WantedEvent, timeoutMs: number): Promise<number>;
  /** What is wrong with what arrived so far: repeated events, and signatures that are not valid. */
  problems(): string[];
  close(): Promise<void>;
}

interface Arrived {
  readonly type: string;
  readonly text: string;
  readonly atMs: number;
}

export async function collectEvents(parts: { hookline: Hookline; userId: string }): Promise<EventCollector> {
  const { hookline, userId } = parts;
  const receiver = await receiveWebhooks();
  const endpoint = await hookline.endpoints.create({
    name: 'demo of connections',
    url: receiver.url,
    events: ['*'],
    userId,
  });
  const standard = new Webhook(endpoint.secret);
  const seen = new Map<string, number>();
  const feed = hookline.feed({ filter: { userId } });
  feed.on('*', ({ id }) => seen.set(id, (seen.get(id) ?? 0) + 1));
  await feed.live();

  /** By the id of the event. */
  const known = new Map<string, Arrived>();
  const invalid: string[] = [];

  function readArrived(): void {
    for (const [id, webhooks] of receiver.arrived) {
      const [webhook] = webhooks;
      if (known.has(id) || webhook === undefined) continue;
      const text = webhook.body.toString('utf8');
      const { type } = JSON.parse(text) as { type: string };
      known.set(id, { type, text, atMs: webhook.arrivedAtMs });
      const { headers, body } = webhook;
      const isPlainValid = verifyPlainSignature(
        body,
        headers['x-webhook-signature'] ?? '',
        headers['x-webhook-timestamp'] ?? '',
        endpoint.secret,
      );
      if (!isPlainValid || !isStandardValid(standard, body, headers))
        invalid.push(`${type} ${id} has a signature that is not valid`);
    }
  }

  function find({ type, contains }: WantedEvent): { id: string; atMs: number } | undefined {
    for (const [id, arrived] of known) {
      if (arrived.type === type && arrived.text.includes(contains)) return { id, atMs: arrived.atMs };
    }
    return undefined;
  }

  return {
    async arrival(wanted, timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        readArrived();
        if (invalid[0] !== undefined) throw new Error(invalid[0]);
        const found = find(wanted);
        if (found !== undefined && seen.has(found.id)) return found.atMs;
        if (performance.now() > deadline) {
          const where = found === undefined ? 'at the endpoint' : 'on the feed';
          throw new Error(`${wanted.type} did not arrive ${where} in ${timeoutMs / 1_000} s`);
        }
        await sleep(20);
      }
    },
    problems() {
      readArrived();
      const repeated = [...receiver.arrived].filter(([, webhooks]) => webhooks.length > 1);
      const shown = [...seen].filter(([, times]) => times > 1);
      return [
        ...invalid,
        ...repeated.map(([id, { length }]) => `${known.get(id)?.type} ${id} arrived ${length} times`),
        ...shown.map(([id, times]) => `${known.get(id)?.type} ${id} was ${times} times on the feed`),
      ];
    },
    async close() {
      feed.close();
      receiver.close();
      await hookline.endpoints.delete(endpoint.id);
    },
  };
}

function isStandardValid(standard: Webhook, body: Buffer, headers: Record<string, string>): boolean {
  try {
    standard.verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
