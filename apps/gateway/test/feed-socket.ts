import { FEED_PATHS, type FeedServerFrame, type FeedServerMessage } from '@hookline/contracts';
import { WebSocket } from 'ws';
import { Arrivals } from './arrivals.ts';
import { OPERATOR_KEY } from './start-gateway.ts';

type MessageOf<T extends FeedServerMessage['type']> = Extract<FeedServerMessage, { type: T }>;

/** A WebSocket of the feed that keeps every frame, for tests of the protocol. */
export class FeedSocket {
  readonly socket: WebSocket;
  /** The messages of all frames. */
  readonly frames: FeedServerMessage[] = [];
  /** The frames as received, byte for byte. */
  readonly raw: Buffer[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly arrivals = new Arrivals();

  constructor(
    url: string,
    options: { key?: string | null; headers?: Record<string, string>; path?: string } = {},
  ) {
    const key = options.key === undefined ? OPERATOR_KEY : options.key;
    this.socket = new WebSocket(`${url.replace('http', 'ws')}${options.path ?? FEED_PATHS.events}`, {
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...options.headers },
    });
    this.socket.on('message', (data: Buffer) => {
      this.raw.push(data);
      const frame: FeedServerFrame = JSON.parse(data.toString('utf8'));
      this.frames.push(...[frame].flat());
      this.arrivals.arrived();
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
    await this.arrivals.until(
      () => {
        found = this.frames.find(
          (frame): frame is MessageOf<T> => frame.type === type && condition(frame as MessageOf<T>),
        );
        return found !== undefined;
      },
      () => `a frame of type ${type}; frames: ${this.#lastFrames()}`,
    );
    return found as MessageOf<T>;
  }

  async waitForEvents(count: number): Promise<MessageOf<'event'>[]> {
    await this.arrivals.until(
      () => this.events.length >= count,
      () => `${count} events, has ${this.events.length}; frames: ${this.#lastFrames()}`,
    );
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

  #lastFrames(): string {
    return JSON.stringify(this.frames.slice(-5)).slice(0, 500);
  }
}
