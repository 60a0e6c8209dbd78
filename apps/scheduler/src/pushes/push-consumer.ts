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
import { isLargePush, type PushMessage, readPushMessage } from './push-message.ts';
import type { PushMetrics, PushOutcome } from './push-metrics.ts';
import type { PushRouter, RoutedPush } from './push-router.ts';

export interface PushConsumerOptions {
  bus: Bus;
  objects: Pick<PayloadObjects, 'get'>;
  router: PushRouter;
  /** A message about the watch of one connection: a handshake, or a ping. */
  onNotice: (push: PushMessage) => Promise<void>;
  metrics: PushMetrics;
  logger: Logger;
}

/** The most messages that are routed together. */
const MAX_BATCH = 200;

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

/** Messages that are handled together: a large one alone. */
function groupsOf(messages: readonly JsMsg[]): JsMsg[][] {
  const groups: JsMsg[][] = [];
  let canJoin = false;
  for (const message of messages) {
    const isLarge = isLargePush(message);
    if (canJoin && !isLarge) groups.at(-1)?.push(message);
    else groups.push([message]);
    canJoin = !isLarge;
  }
  return groups;
}

/** A message and what was read from it. */
interface Taken {
  readonly message: JsMsg;
  readonly push: PushMessage;
}

const isForApp = ({ attributes }: PushMessage) => !attributes.pushfor.startsWith(`${ID_PREFIX.connection}_`);

/**
 * Reads the stream PUSHES together with the other replicas. A push is acknowledged when its events are stored, so a
 * crash repeats it under the same dedupe keys. The pushes of one fetch are routed together and in their order; a failure
 * of one delays no other, and so a push that is tried again may come after later ones.
 */
export function createPushConsumer(options: PushConsumerOptions): Worker {
  const { bus, objects, router, metrics, logger } = options;

  /** Handles messages of one fetch, in their order. */
  async function handle(messages: readonly JsMsg[], settlement: Settlement): Promise<void> {
    const read = await Promise.allSettled(messages.map((message) => readPushMessage(message, objects)));
    const forApps: Taken[] = [];
    const notices: Taken[] = [];
    for (const [index, message] of messages.entries()) {
      const result = read[index] as (typeof read)[number];
      if (result.status === 'rejected') await fail(message, undefined, settlement, result.reason);
      else if (result.value === undefined) {
        logger.error({ sequence: message.seq }, 'push.unreadable: its payload is gone');
        settlement.ack([message]);
      } else (isForApp(result.value) ? forApps : notices).push({ message, push: result.value });
    }
    const [routed, noticed] = await Promise.all([
      router.route(forApps.map(({ push }) => push)),
      Promise.allSettled(notices.map(({ push }) => notice(push))),
    ]);
    await Promise.all([
      ...settleAll(forApps, routed, settlement),
      ...settleAll(notices, noticed, settlement),
    ]);
  }

  async function notice(push: PushMessage): Promise<PushOutcome> {
    await options.onNotice(push);
    return 'notice';
  }

  const settleAll = (taken: readonly Taken[], results: readonly RoutedPush[], settlement: Settlement) =>
    taken.map(async ({ message, push }, index) => {
      const result = results[index] as RoutedPush;
      if (result.status === 'rejected') return await fail(message, push, settlement, result.reason);
      metrics.observe(push.attributes.provider, result.value);
      settlement.ack([message]);
    });

  async function fail(
    message: JsMsg,
    push: PushMessage | undefined,
    settlement: Settlement,
    cause: unknown,
  ): Promise<void> {
    if (isPermanent(cause, message.deliveries ?? 1)) await refuse(message, push, settlement, cause);
    else settlement.nack([message], cause);
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

  return {
    name: 'pushes',
    async run(signal) {
      const consumer = await consumeBatches(bus, {
        stream: PUSHES_STREAM,
        durable: PUSHES_CONSUMER,
        maxBatchMessages: MAX_BATCH,
        logger,
        async handle(messages, settlement) {
          for (const group of groupsOf(messages)) await handle(group, settlement);
        },
      });
      await untilAborted(signal);
      await consumer.stop();
    },
  };
}
