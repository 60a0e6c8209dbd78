import type { Bus, EventPublisher } from '@hookline/bus';
import { EVENTS_STREAM, STORE_PROBE_SUBJECT } from '@hookline/contracts';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';

export interface StoreProbeOptions {
  bus: Bus;
  /** The publisher of events: its results show, without a probe, whether the stream stores. */
  publisher: Pick<EventPublisher, 'storedAtMs' | 'givenUp'>;
  logger: Logger;
}

export interface StoreProbe extends Worker {
  /** Why JetStream does not store events although NATS is connected, and what to do; undefined if it stores them. */
  readonly problem: string | undefined;
}

/** How often the probe checks whether there is a doubt, and how often it publishes a message while there is one. */
const INTERVAL_MS = 1_000;
/** Without a stored event for this long, a message is published. */
const QUIET_MS = 60_000;
const ANSWER_TIMEOUT_MS = 2_000;

/**
 * Finds out whether the stream of events stores published messages. The connection does not show it: after its disk was full
 * for a moment, nats-server stays connected and answers requests about the stream, but stores nothing more in that stream
 * until it is restarted (2.15 does not even refuse). Another stream does not show it either, because it may still work.
 *
 * While events are acknowledged, the probe does nothing. When storing an event was given up, or no event came for a minute, it
 * publishes a message to the stream, on a subject that no event has, until one is acknowledged. The message is as large as the
 * event that was given up, because a smaller one may fit where the event does not.
 */
export function createStoreProbe({ bus, publisher, logger }: StoreProbeOptions): StoreProbe {
  let problem: string | undefined;
  /** When a probe was last acknowledged. */
  let knownAtMs = performance.now();

  function isInDoubt(): boolean {
    const storedAtMs = Math.max(publisher.storedAtMs, knownAtMs);
    return (publisher.givenUp?.atMs ?? 0) > storedAtMs || performance.now() - storedAtMs > QUIET_MS;
  }

  async function look(): Promise<void> {
    // Another check reports a lost connection; without one a probe gets no answer.
    if (!bus.connected) return;
    if (problem === undefined && !isInDoubt()) return;
    const refusal = await publishProbe(bus, publisher.givenUp?.bytes ?? 0);
    if (!bus.connected) return;
    if (refusal === undefined) knownAtMs = performance.now();
    if ((refusal === undefined) === (problem === undefined)) return;
    problem = refusal;
    if (refusal === undefined) logger.info({}, 'JetStream stores events again');
    else logger.error({ stream: EVENTS_STREAM, problem: refusal }, 'JetStream does not store events');
  }

  const { name, run } = createLoopWorker({
    name: 'store probe',
    async work() {
      await look();
      return INTERVAL_MS;
    },
    onError: (error) =>
      logger.error({ err: error }, 'could not determine whether JetStream stores events; trying again'),
    firstPauseMs: INTERVAL_MS,
    pauseAfterErrorMs: INTERVAL_MS,
  });
  return {
    name,
    run,
    get problem() {
      return problem;
    },
  };
}

/** @returns why the stream did not store the message; undefined if it did */
async function publishProbe(bus: Bus, bytes: number): Promise<string | undefined> {
  try {
    const answer = await bus.connection.request(STORE_PROBE_SUBJECT, new Uint8Array(bytes), {
      timeout: ANSWER_TIMEOUT_MS,
    });
    const { error } = answer.json<{ error?: { description?: string } }>();
    if (error === undefined) return undefined;
    return `JetStream refuses events (${error.description}): give the stream ${EVENTS_STREAM} or its disk more space`;
  } catch (error) {
    return (
      `JetStream does not acknowledge events (${(error as Error).message}): ` +
      "free disk space in the directory of NATS's streams, then restart NATS: it stores nothing until then"
    );
  }
}
