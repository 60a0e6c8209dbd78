import type { ServerResponse } from 'node:http';
import { type FeedControlMessage, type FeedReady, isFinalClose } from '@hookline/contracts';
import type { EventFrame } from '../hub/event-frame.ts';
import type { FeedTransport } from '../sessions/feed-transport.ts';
import { formatServerSent, rawServerSentEvent, serverSentEvent } from './server-sent-messages.ts';

/** Sends the messages of a session as server-sent events. The session has one subscription, made by the request. */
export class ServerSentTransport implements FeedTransport {
  readonly name = 'sse';
  readonly #response: ServerResponse;
  readonly #closeTimeoutMs: number;
  #ready: FeedReady | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, closeTimeoutMs: number) {
    this.#response = response;
    this.#closeTimeoutMs = closeTimeoutMs;
    response.once('close', () => clearTimeout(this.#closeTimer));
  }

  get bufferedBytes(): number {
    return this.#response.writableLength;
  }

  sendEvent(frame: EventFrame, _ids: readonly string[], isRaw: boolean, done?: () => void): void {
    this.#response.write(frame.as(isRaw ? rawServerSentEvent : serverSentEvent), () => done?.());
  }

  send(message: FeedControlMessage): void {
    const text = this.#format(message);
    if (text !== undefined) this.#response.write(text);
  }

  probe(): void {
    // The `ping` that follows is all that can be sent.
  }

  close(code: number, reason: string): void {
    const response = this.#response;
    // A client that may come back was told so by `bye`.
    if (isFinalClose(code)) response.write(formatServerSent({ event: 'closed', data: { code, reason } }));
    response.end();
    this.#closeTimer = setTimeout(() => response.destroy(), this.#closeTimeoutMs);
  }

  terminate(): void {
    this.#response.destroy();
  }

  #format(message: FeedControlMessage): string | undefined {
    switch (message.type) {
      case 'ready': {
        const { type: _, ...ready } = message;
        // The position of the subscription belongs to it.
        this.#ready = ready;
        return undefined;
      }
      case 'subscribed': {
        const { cursor, replayed, gap } = message;
        const ready = formatServerSent({
          event: 'ready',
          id: cursor,
          data: { ...this.#ready, cursor, replayed },
        });
        return gap ? formatServerSent({ event: 'gap', id: cursor, data: gap }) + ready : ready;
      }
      // The id alone moves the client's position, and is no event.
      case 'ping':
        return formatServerSent({ comment: 'ping', id: message.cursor });
      case 'expiring':
        return formatServerSent({ event: 'expiring', data: { inSeconds: message.inSeconds } });
      case 'bye': {
        const { code, reconnectMs } = message;
        return formatServerSent({ event: 'bye', retryMs: reconnectMs, data: { code, reconnectMs } });
      }
      case 'error':
        return formatServerSent({ event: 'refused', data: { code: message.code, message: message.message } });
      default:
        return undefined;
    }
  }
}
