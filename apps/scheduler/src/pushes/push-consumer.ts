import {
  type Bus,
  BusError,
  consumeBatches,
  type JsMsg,
  type PayloadObjects,
  type Settlement,
} from '@hookline/bus';
import { ID_PREFIX, PUSHES_CONSUMER, PUSHES_STREAM } from '@hookline/contracts';
import { isDataRefusal, isTransientDatabaseError } from '@hookline/db';
import { type Logger, untilAborted, type Worker } from '@hookline/service';
import type { PushMessage } from './push-message.ts';
import { readPushMessage } from './push-message.ts';
import type { PushMetrics, PushOutcome } from './push-metrics.ts';
import type { PushRouter } from './push-router.ts';

export interface PushConsumerOptions {
  bus: Bus;
  objects: Pick<PayloadObjects, 'get'>;
  router: PushRouter;
  /** A message about the watch of one connection: a handshake, or a ping. */
  onNotice: (push: PushMessage) => Promise<void>;
  metrics: PushMetrics;
  logger: Logger;
}

/** Messages that are routed at once. */
const MAX_BATCH = 50;

/** An error that nobody foresaw may pass too, but not after so many tries, a second or more apart. */
const MAX_TRIES = 60;
const MAX_REASON = 200;

/** Failures of one message that come again with every try. */
function isPermanent(error: unknown, tries: number): boolean {
  if (error instanceof BusError) return error.code === 'malformed_event' || error.code === 'too_large';
  return isDataRefusal(error) || (!isTransientDatabaseError(error) && tries >= MAX_TRIES);
}

/** Without the values of a statement, which a stranger chooses. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause instanceof Error ? cause.message : 'unknown').slice(0, MAX_REASON).toWellFormed();
}

const isForApp = ({ attributes }: PushMessage) => !attributes.pushfor.startsWith(`${ID_PREFIX.connection}_`);

/**
 * Reads the stream PUSHES together with the other replicas. A push is acknowledged when its events are stored, so a
 * crash repeats it under the same dedupe keys. A failure of one push delays no other.
 */
export function createPushConsumer(options: PushConsumerOptions): Worker {
  const { bus, objects, router, metrics, logger } = options;

  async function handleOne(message: JsMsg, settlement: Settlement): Promise<void> {
    let push: PushMessage | undefined;
    try {
      push = await readPushMessage(message, objects);
      if (push === undefined) logger.error({ sequence: message.seq }, 'push.unreadable: its payload is gone');
      else metrics.observe(push.attributes.provider, await act(push));
      settlement.ack([message]);
    } catch (error) {
      if (isPermanent(error, message.deliveries ?? 1)) await refuse(message, push, settlement, error);
      else settlement.nack([message], error);
    }
  }

  /** Counts and shows a push once, and never tries it again. */
  async function refuse(
    message: JsMsg,
    push: PushMessage | undefined,
    settlement: Settlement,
    cause: unknown,
  ): Promise<void> {
    try {
      if (push !== undefined && isForApp(push)) await router.noteRefused(push);
    } catch (error) {
      if (isTransientDatabaseError(error)) return settlement.nack([message], error);
      logger.error({ reason: reasonOf(error), sequence: message.seq }, 'a refused push could not be counted');
    }
    metrics.observe(push?.attributes.provider ?? 'unknown', 'refused');
    logger.error(
      { reason: reasonOf(cause), sequence: message.seq, app: push?.attributes.pushfor },
      'push.refused: no event can be made of it',
    );
    settlement.ack([message]);
  }

  async function act(push: PushMessage): Promise<PushOutcome> {
    if (isForApp(push)) return await router.route(push);
    await options.onNotice(push);
    return 'notice';
  }

  return {
    name: 'pushes',
    async run(signal) {
      const consumer = await consumeBatches(bus, {
        stream: PUSHES_STREAM,
        durable: PUSHES_CONSUMER,
        maxBatchMessages: MAX_BATCH,
        logger,
        async handle(messages, settlement) {
          await Promise.all(messages.map((message) => handleOne(message, settlement)));
        },
      });
      await untilAborted(signal);
      await consumer.stop();
    },
  };
}
