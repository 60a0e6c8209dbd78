import { type FeedControlMessage, isFinalClose } from '@hookline/contracts';
import type { Socket } from 'socket.io';
import type { EventFrame } from '../hub/event-frame.ts';
import type { FeedTransport } from '../sessions/feed-transport.ts';
import type { EncodePackets } from './socket-io-packets.ts';

/** The callback of a command, which a client may pass. */
export type Acknowledge = (answer: object) => void;

/** The WebSocket of a connection that has left long polling. Engine.IO's types do not show it. */
interface WebSocketOfTransport {
  bufferedAmount: number;
  terminate(): void;
}

const UNCOMPRESSED = { compress: false };

/**
 * Sends the messages of a session to one socket of a namespace. Events are written to the connection as finished packets,
 * so that they are encoded once for all clients.
 */
export class SocketIoTransport implements FeedTransport {
  readonly name = 'socketio';
  readonly #socket: Socket;
  readonly #encode: EncodePackets;
  readonly #closeTimeoutMs: number;
  /** Bytes that the connection has not yet passed to its WebSocket or to a poll. */
  #queuedBytes = 0;
  /** The callbacks of commands under way, in the order of the commands. */
  readonly #waiting: { id: string | undefined; acknowledge: Acknowledge }[] = [];

  constructor(socket: Socket, encode: EncodePackets, closeTimeoutMs: number) {
    this.#socket = socket;
    this.#encode = encode;
    this.#closeTimeoutMs = closeTimeoutMs;
    const onDrain = () => {
      this.#queuedBytes = 0;
    };
    socket.conn.on('drain', onDrain);
    socket.once('disconnect', () => socket.conn.off('drain', onDrain));
  }

  get bufferedBytes(): number {
    return this.#queuedBytes + (this.#webSocket?.bufferedAmount ?? 0);
  }

  /** The answer to the command with this id goes to the callback. */
  acknowledgeWith(id: string | undefined, acknowledge: Acknowledge): void {
    this.#waiting.push({ id, acknowledge });
  }

  sendEvent(frame: EventFrame, _ids: readonly string[], isRaw: boolean, done?: () => void): void {
    const packets = this.#encode(frame, isRaw);
    for (const [index, packet] of packets.entries()) {
      const isLast = index === packets.length - 1;
      this.#queuedBytes += packet.length;
      this.#socket.conn.write(packet, UNCOMPRESSED, isLast && done ? () => done() : undefined);
    }
  }

  send(message: FeedControlMessage): void {
    const { type, ...fields } = message;
    switch (message.type) {
      case 'subscribed':
      case 'unsubscribed':
        this.#answer(message.id, type, fields);
        return;
      case 'authenticated':
        this.#answer(undefined, type, fields);
        return;
      case 'error':
        this.#answer(message.id, type, { error: { code: message.code, message: message.message } });
        return;
      case 'ping':
        // Engine.IO pings by itself. The position is for clients that resume after a quiet time.
        this.#socket.emit('cursor', { cursor: message.cursor });
        return;
      case 'bye':
        this.#socket.emit('closing', fields);
        return;
      default:
        this.#socket.emit(type, fields);
    }
  }

  probe(): void {
    // Engine.IO looks for signs of life itself.
  }

  /**
   * Ends the connection, after which clients reconnect by themselves. After `socket.disconnect()` they do not: that is for
   * a client that is refused for good.
   */
  close(code: number, reason: string): void {
    const socket = this.#socket;
    if (isFinalClose(code)) {
      socket.emit('closing', { code, reason });
      socket.disconnect();
      return;
    }
    // Once what waits has been sent; a client that reads nothing is waited for until the time is over.
    socket.conn.close();
    const timer = setTimeout(() => this.terminate(), this.#closeTimeoutMs);
    socket.once('disconnect', () => clearTimeout(timer));
  }

  terminate(): void {
    this.#webSocket?.terminate();
    this.#socket.conn.close(true);
  }

  get #webSocket(): WebSocketOfTransport | undefined {
    const { transport } = this.#socket.conn;
    if (transport.name !== 'websocket') return undefined;
    return (transport as unknown as { socket: WebSocketOfTransport }).socket;
  }

  #answer(id: string | undefined, event: string, fields: object): void {
    const index = this.#waiting.findIndex((each) => each.id === id);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (waiting) waiting.acknowledge(fields);
    else this.#socket.emit(event, fields);
  }
}
