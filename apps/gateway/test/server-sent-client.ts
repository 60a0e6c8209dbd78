import { type IncomingMessage, request as sendRequest } from 'node:http';
import type { FeedEvent } from '@hookline/contracts';
import { Arrivals } from './arrivals.ts';
import { OPERATOR_KEY } from './start-gateway.ts';

export interface ServerSentMessage {
  event: string;
  id: string | undefined;
  data: string;
}

/** Reads server-sent events as a browser does, and keeps every message, for tests of the protocol. */
export class ServerSentClient {
  readonly messages: ServerSentMessage[] = [];
  /** The data of the messages `event`. */
  readonly events: FeedEvent[] = [];
  comments = 0;
  retryMs: number | undefined;
  /** The position that a browser would send back. */
  lastEventId = '';
  /** The answer's head: a status other than 200 has no messages. */
  readonly answer: Promise<IncomingMessage>;
  readonly ended: Promise<void>;
  readonly #request;
  readonly #arrivals = new Arrivals();
  #text = '';

  constructor(
    url: string,
    options: { key?: string | null; query?: string; headers?: Record<string, string> } = {},
  ) {
    const key = options.key === undefined ? OPERATOR_KEY : options.key;
    this.#request = sendRequest(`${url}/api/feed${options.query ?? ''}`, {
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...options.headers },
      agent: false,
    });
    this.answer = new Promise((resolve, reject) => {
      this.#request.once('response', resolve);
      this.#request.once('error', reject);
    });
    this.ended = new Promise((resolve) => this.#request.once('close', resolve));
    this.answer.then(
      (answer) => {
        answer.setEncoding('utf8');
        answer.on('data', (text: string) => this.#read(text));
        answer.on('error', () => {});
      },
      () => {},
    );
    this.#request.on('error', () => {});
    this.#request.end();
  }

  /** Waits for the first message of an event that meets the condition. @returns its data */
  async waitFor<T = Record<string, unknown>>(
    event: string,
    condition: (data: T) => boolean = () => true,
  ): Promise<T> {
    let found: T | undefined;
    await this.#arrivals.until(
      () => {
        found = this.messages
          .filter((message) => message.event === event)
          .map(({ data }) => JSON.parse(data) as T)
          .find(condition);
        return found !== undefined;
      },
      () => `a message ${event}; messages: ${JSON.stringify(this.messages.slice(-5)).slice(0, 500)}`,
    );
    return found as T;
  }

  async waitForEvents(count: number): Promise<FeedEvent[]> {
    await this.#arrivals.until(
      () => this.events.length >= count,
      () => `${count} events, has ${this.events.length}`,
    );
    return this.events;
  }

  async waitForComments(count: number): Promise<void> {
    await this.#arrivals.until(
      () => this.comments >= count,
      () => `${count} comments`,
    );
  }

  get eventIds(): string[] {
    return this.events.map(({ id }) => id);
  }

  /** Stops reading, as a client does that is busy. */
  async pause(): Promise<void> {
    (await this.answer).pause();
  }

  async resume(): Promise<void> {
    (await this.answer).resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #read(text: string): void {
    this.#text += text;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() as string;
    for (const block of blocks) this.#readBlock(block);
    this.#arrivals.arrived();
  }

  #readBlock(block: string): void {
    let event = 'message';
    let data: string | undefined;
    for (const line of block.split('\n')) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (name === '') this.comments++;
      else if (name === 'id') this.lastEventId = value;
      else if (name === 'event') event = value;
      else if (name === 'retry') this.retryMs = Number(value);
      else if (name === 'data') data = data === undefined ? value : `${data}\n${value}`;
    }
    if (data === undefined) return;
    this.messages.push({ event, id: this.lastEventId || undefined, data });
    if (event === 'event') this.events.push(JSON.parse(data));
  }
}
