import type { FeedControlMessage } from '@hookline/contracts';
import type { EventFrame } from '../hub/event-frame.ts';

export const FEED_TRANSPORTS = ['ws', 'sse', 'socketio'] as const;
export type FeedTransportName = (typeof FEED_TRANSPORTS)[number];

/**
 * How one client is connected: a thin layer that writes the messages of a session. After `close` or `terminate` the
 * session writes nothing more.
 */
export interface FeedTransport {
  readonly name: FeedTransportName;
  /** Bytes that wait to be sent to the client. */
  readonly bufferedBytes: number;
  /** @param done called once the network has taken the message */
  sendEvent(frame: EventFrame, ids: readonly string[], isRaw: boolean, done?: () => void): void;
  /** Sent after the events before it. */
  send(message: FeedControlMessage): void;
  /** Asks the client for a sign of life, in the way that it answers by itself. */
  probe(): void;
  /** Ends the connection with this code, after what was sent before. */
  close(code: number, reason: string): void;
  /** Ends the connection at once. */
  terminate(): void;
}
