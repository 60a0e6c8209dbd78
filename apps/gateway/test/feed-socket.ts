import type { FeedServerMessage } from '@hookline/contracts';
import { WebSocket } from 'ws';
import { OPERATOR_KEY } from './start-gateway.ts';

type MessageOf<T extends FeedServerMessage['type']> = Extract<FeedServerMessage, { type: T }>;

/** An upper bound for a busy machine: a passing test never waits this long. */
const WAIT_MS = 60_000;

/** A WebSocket of the feed that keeps every frame, for tests of the protocol. */
export class FeedSocket {
  readonly socket: WebSocket;
  readonly frames: FeedServerMessage[] = [];
  /** The frames as received, byte for byte. */
  readonly raw: Buffer[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #waiters = new Set<() => void>();

  constructor(url: string, options: { key?: string | null; headers?: Record<string, string> } = {}) {
    const key = options.key === undefined ? OPERATOR_KEY : options.key;
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws/webhooks`, {
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...options.headers },
    });
    this.socket.on('message', (data: Buffer) => {
      this.raw.push(data);
      this.frames.push(JSON.parse(data.toString('utf8')));
      for (const wake of this.#waiters) wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') }));
    });
    this.socket.on('error', () => {});
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Waits for the first frame of a type that meets the condition. */
  async waitFor<T extends FeedServerMessage['type']>(
    type: T,
    condition: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    let found: MessageOf<T> | undefined;
    await this.#until(() => {
      found = this.frames.find(
        (frame): frame is MessageOf<T> => frame.type === type && condition(frame as MessageOf<T>),
      );
      return found !== undefined;
    }, `a frame of type ${type}`);
    return found as MessageOf<T>;
  }

  async waitForEvents(count: number): Promise<MessageOf<'event'>[]> {
    await this.#until(() => this.events.length >= count, `${count} events, has ${this.events.length}`);
    return this.events;
  }

  get events(): MessageOf<'event'>[] {
    return this.frames.filter((frame) => frame.type === 'event');
  }

  get eventIds(): string[] {
    return this.events.map(({ event }) => event.id);
  }

  /** Subscribes and waits for the acknowledgement. */
  async subscribe(
    message: { id?: string; filter?: object; cursor?: string } = {},
  ): Promise<MessageOf<'subscribed'>> {
    const id = message.id ?? 'all';
    await this.waitFor('ready');
    this.send({ type: 'subscribe', ...message, id });
    return this.waitFor('subscribed', (frame) => frame.id === id);
  }

  close(): void {
    this.socket.terminate();
  }

  #until(isDone: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        if (!isDone()) return;
        finish();
        resolve();
      };
      const timer = setTimeout(() => {
        finish();
        reject(
          new Error(
            `waited ${WAIT_MS / 1_000} s in vain for ${what}; frames: ${JSON.stringify(this.frames.slice(-5)).slice(0, 500)}`,
          ),
        );
      }, WAIT_MS);
      const finish = () => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
      };
      this.#waiters.add(wake);
      wake();
    });
  }
}
