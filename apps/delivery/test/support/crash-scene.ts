import type { Bus } from '@hookline/bus';
import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import { type Receiver, startReceiver, until } from '@hookline/testkit';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { type DeliveryProcess, startDeliveryProcess } from './delivery-process.ts';
import { startProxyTo, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** The shortest lease that the service allows. An attempt of the process ends within half of it. */
const LEASE_SECONDS = 8;

/** Parts of the statements of the pipeline, by which the proxy recognises them. */
export const STATEMENTS = {
  claimKeys: 'insert into event_keys',
  store: 'insert into events (id',
  record: 'update deliveries d\n  set status = o.status',
  clear: 'set due_at = null, lease_id = null',
  promote: 'with recursive keys(endpoint_id, ordering_key, n)',
  claim: 'with recursive given as materialized',
} as const;

/** The parts of a crash test: a process to kill, and a proxy in front of each server that the process talks to. */
export interface Scene {
  harness: Harness;
  postgres: TcpProxy;
  nats: TcpProxy;
  /** In front of the receiver. */
  network: TcpProxy;
  receiver: Receiver;
  tenant: string;
  endpointId: string;
  /**
   * Publishes events, and resolves with their ids. The process is stopped meanwhile, so that it gets all events in one
   * batch, even on a busy machine.
   */
  publish(count: number, payloadOf?: (n: number) => unknown): Promise<string[]>;
  /** The process that the test kills. */
  first: DeliveryProcess;
  /** Starts a replica without proxies, in the process of the test, which is faster than a new process. */
  startAgain(): Promise<Replica>;
}

/** nats-server hands an event over a moment after it has stored it: all events, or as many as the process has asked for. */
async function untilHandedOver(bus: Bus): Promise<void> {
  await until(
    async () => {
      const info = await bus.manager.consumers.info(EVENTS_STREAM, DELIVERY_CONSUMER);
      return info.num_pending === 0 || info.num_waiting === 0;
    },
    { what: 'the events to be handed over' },
  );
}

/**
 * Runs a test with its own servers. The tests run at the same time, because they wait for leases most of the time.
 * @param endpoint the settings of the endpoint besides its URL
 */
export async function withScene(
  play: (scene: Scene) => Promise<void>,
  endpoint: Record<string, unknown> = {},
  leaseSeconds = LEASE_SECONDS,
): Promise<void> {
  // The interval of the service: many replicas run at the same time, and most of them wait.
  const harness = await createHarness({ leaseSeconds, pollIntervalMs: 250 });
  const receiver = await startReceiver();
  const [postgres, nats, network] = await Promise.all([
    startProxyTo(harness.config.databaseUrl),
    startProxyTo(harness.config.natsUrl),
    startTcpProxy({ host: '127.0.0.1', port: receiver.port }),
  ]);
  let first: DeliveryProcess | undefined;
  try {
    first = await startDeliveryProcess({
      databaseUrl: postgres.through(harness.config.databaseUrl),
      natsUrl: nats.through(harness.config.natsUrl),
      encryptionKey: harness.config.encryptionKeys[0] as string,
      leaseSeconds,
    });
    const tenant = newTenant();
    const { id } = await first.createEndpoint(tenant, network.through(receiver.url), {
      retrySchedule: [1],
      ...endpoint,
    });
    await play({
      harness,
      postgres,
      nats,
      network,
      receiver,
      tenant,
      endpointId: id,
      first,
      async publish(count, payloadOf = (n) => ({ n })) {
        first?.signal('SIGSTOP');
        try {
          const ids = await Promise.all(
            Array.from({ length: count }, (_, n) => harness.publish({ tenant, payload: payloadOf(n) })),
          );
          await untilHandedOver(harness.bus);
          return ids;
        } finally {
          first?.signal('SIGCONT');
        }
      },
      startAgain: () => harness.startReplica(),
    });
  } finally {
    await first?.kill();
    await Promise.all([postgres.close(), nats.close(), network.close(), receiver.close()]);
    await harness.stop();
  }
}
