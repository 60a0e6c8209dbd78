import {
  type Bus,
  type EventsStream,
  type Following,
  followEvents,
  isStreamNotFound,
  type JsMsg,
  streamIncarnation,
} from '@hookline/bus';
import { EVENTS_STREAM } from '@hookline/contracts';
import type { Logger } from '@hookline/service';

export interface StreamFollowerOptions {
  bus: Bus;
  logger: Logger;
  /** Creates the stream if it is missing. @returns its end */
  openStream: () => Promise<EventsStream>;
  /** Called with the position after which following begins. Called again, after `onLost`, for a new stream. */
  onStart: (stream: EventsStream) => void;
  onMessage: (message: JsMsg) => void | Promise<void>;
  /** The last sequence that was passed to `onMessage`, else to `onStart`. */
  position: () => number;
  /** Called when the stream was replaced by another one, whose sequences name other events. */
  onLost: () => void;
  /** Default 5 s. */
  checkIntervalMs?: number;
}

export interface StreamFollower {
  stop(): Promise<void>;
}

/**
 * Follows the events from the current end of the stream on. An ordered consumer does not notice that the stream was
 * replaced, and may miss a reconnect: it then waits forever for its next sequence. So the stream itself is checked after
 * each reconnect and every few seconds.
 */
export async function followStream(options: StreamFollowerOptions): Promise<StreamFollower> {
  const { bus, logger } = options;
  let stopped = false;
  let incarnation = '';
  let following: Following | undefined;
  let positionAtLastCheck = -1;
  let checking: Promise<void> | undefined;

  async function start(): Promise<void> {
    const stream = await options.openStream();
    incarnation = stream.incarnation;
    positionAtLastCheck = -1;
    options.onStart(stream);
    await follow();
  }

  async function follow(): Promise<void> {
    following = await followEvents(bus, {
      fromSequence: options.position() + 1,
      logger,
      onMessage: options.onMessage,
    });
  }

  async function check(): Promise<void> {
    // A message that is no event is received, but not given to `onMessage`.
    const position = Math.max(options.position(), following?.position ?? 0);
    const info = following ? await readStreamInfo() : undefined;
    const isSame =
      info !== undefined && streamIncarnation(info) === incarnation && info.state.last_seq >= position;
    if (!isSame) {
      if (following) {
        logger.error(
          { incarnation, position, found: info && streamIncarnation(info), end: info?.state.last_seq },
          'the stream of events was replaced: all connections are closed, and clients reconnect',
        );
        options.onLost();
        await release();
      }
      await start();
      return;
    }
    const isStuck = info.state.last_seq > position && position === positionAtLastCheck;
    positionAtLastCheck = position;
    if (isStuck) {
      logger.warn(
        { position, end: info.state.last_seq },
        'events have stopped arriving: the consumer is created again',
      );
      await release();
      await follow();
    }
  }

  async function release(): Promise<void> {
    const was = following;
    following = undefined;
    await was?.stop();
  }

  /** @returns undefined if there is no such stream */
  async function readStreamInfo() {
    try {
      return await bus.manager.streams.info(EVENTS_STREAM);
    } catch (error) {
      if (isStreamNotFound(error)) return undefined;
      throw error;
    }
  }

  function checkSoon(): void {
    if (stopped || checking || !bus.connected) return;
    checking = check()
      .catch((error: unknown) => logger.warn({ err: error }, 'the stream of events could not be checked'))
      .finally(() => {
        checking = undefined;
      });
  }

  await start();
  const timer = setInterval(checkSoon, options.checkIntervalMs ?? 5_000);
  const stopListening = bus.onConnectionChange((connected) => {
    if (connected) checkSoon();
  });

  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      stopListening();
      await checking;
      await release();
    },
  };
}
