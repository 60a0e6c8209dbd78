import {
  type Bus,
  BusError,
  consumeBatches,
  type JsMsg,
  type PayloadObjects,
  type Settlement,
} from '@hookline/bus';
import { ID_PREFIX, PUSHES_CONSUMER, PUSHES_STREAM } from '@hookline/contracts';
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

/** Failures of one message that come again with every try. */
const isPermanent = (error: unknown) =>
  error instanceof BusError && (error.code === 'malformed_event' || error.code === 'too_large');

/**
 * Reads the stream PUSHES together with the other replicas. A push is acknowledged when its events are stored, so a
 * crash repeats it under the same dedupe keys. A failure of one push delays no other.
 */
export function createPushConsumer(options: PushConsumerOptions): Worker {
  const { bus, objects, router, metrics, logger } = options;

  async function handleOne(message: JsMsg, settlement: Settlement): Promise<void> {
    try {
      const push = await readPushMessage(message, objects);
      if (push === undefined) logger.error({ sequence: message.seq }, 'push.unreadable: its payload is gone');
      else metrics.observe(push.attributes.provider, await act(push));
      settlement.ack([message]);
    } catch (error) {
      if (isPermanent(error)) {
        metrics.observe('unknown', 'refused');
        logger.error({ err: error, sequence: message.seq }, 'push.refused: no event can be made of it');
        settlement.ack([message]);
      } else {
        settlement.nack([message], error);
      }
    }
  }

  async function act(push: PushMessage): Promise<PushOutcome> {
    if (!push.attributes.pushfor.startsWith(`${ID_PREFIX.connection}_`)) return await router.route(push);
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
