import { FEED_BATCH, type FeedControlMessage } from '@hookline/contracts';
import type { WebSocket } from 'ws';
import type { EventFrame } from '../hub/event-frame.ts';
import type { FeedTransport } from '../sessions/feed-transport.ts';
import type { EncodeEvent } from './event-messages.ts';
import { fitReason } from './fit-reason.ts';
import type { BatchedConnection, FrameBatcher } from './frame-batcher.ts';

const TEXT = { binary: false } as const;

export interface WebSocketTransportOptions {
  socket: WebSocket;
  encode: EncodeEvent;
  /** Undefined: the client asked for one message a frame. */
  batcher: FrameBatcher | undefined;
}

/** Sends the messages of a session as text frames of a WebSocket. */
export class WebSocketTransport implements FeedTransport, BatchedConnection {
  readonly name = 'ws';
  readonly #socket: WebSocket;
  readonly #encode: EncodeEvent;
  readonly #batcher: FrameBatcher | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Whether an event was sent in this window. */
  #isInWindow = false;

  constructor({ socket, encode, batcher }: WebSocketTransportOptions) {
    this.#socket = socket;
    this.#encode = encode;
    this.#batcher = batcher;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount + this.#waitingBytes;
  }

  sendEvent(frame: EventFrame, ids: readonly string[], isRaw: boolean, done?: () => void): void {
    const messages = this.#encode(frame, ids, isRaw);
    if (!this.#batcher) {
      for (const message of messages.slice(0, -1)) this.#socket.send(message, TEXT);
      this.#socket.send(messages.at(-1) as Buffer, TEXT, done);
      return;
    }
    // Who waits for the network waits for no window.
    if (done !== undefined || !this.#isInWindow) {
      this.#flush();
      this.#socket.send(this.#batcher.join(messages), TEXT, done);
      if (this.#isInWindow) return;
      this.#isInWindow = true;
      this.#batcher.beginWindow(this);
      return;
    }
    for (const message of messages) {
      this.#waiting.push(message);
      this.#waitingBytes += message.length;
    }
    if (this.#waiting.length >= FEED_BATCH.events || this.#waitingBytes >= FEED_BATCH.bytes) this.#flush();
  }

  send(message: FeedControlMessage): void {
    this.#flush();
    this.#socket.send(JSON.stringify(message));
  }

  probe(): void {
    this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#flush();
    this.#socket.close(code, fitReason(reason));
  }

  terminate(): void {
    this.#forget();
    this.#socket.terminate();
  }

  endWindow(): boolean {
    if (this.#waiting.length > 0) return this.#flush();
    this.#isInWindow = false;
    return false;
  }

  #flush(): boolean {
    if (this.#waiting.length === 0 || !this.#batcher) return false;
    const messages = this.#waiting;
    this.#forget();
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    this.#socket.send(this.#batcher.join(messages), TEXT);
    return true;
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
