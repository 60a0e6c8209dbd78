import { type Receiver, startReceiver } from '@hookline/testkit';
import { createHarness, type Harness, newTenant, type Replica } from '../harness.ts';
import { type DeliveryProcess, startDeliveryProcess } from './delivery-process.ts';
import { startProxyTo, startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export const LEASE_SECONDS = 8;

/** What the statements of the pipeline's steps are known by on the wire. */
export const STATEMENTS = {
  claimKeys: 'insert into event_keys',
  store: 'insert into events (id',
  record: 'update deliveries d\n  set status = o.status',
  clear: 'set due_at = null, lease_id = null',
  promote: 'with recursive keys(endpoint_id, ordering_key, n)',
  claim: 'with recursive given as materialized',
} as const;

/** What the test of a crash is played with: a process to be killed, and a proxy in front of all that it talks to. */
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
   * Resolves with the ids of the events. The process stands still meanwhile, so that they come to it together: in one
   * batch, not in as many as a busy machine makes of them.
   */
  publish(count: number, payloadOf?: (n: number) => unknown): Promise<string[]>;
  /** The process that is to be killed. */
  first: DeliveryProcess;
  /** A replica on the direct way to everything; in this process, which spares the start of one more. */
  startAgain(): Promise<Replica>;
}

/**
 * Everything of a test's own, because the tests run side by side: they wait for leases most of the time.
 * @param endpoint what the endpoint has besides its URL
 */
export async function withScene(
  play: (scene: Scene) => Promise<void>,
  endpoint: Record<string, unknown> = {},
): Promise<void> {
  const harness = await createHarness({ leaseSeconds: LEASE_SECONDS });
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
      leaseSeconds: LEASE_SECONDS,
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
          return await Promise.all(
            Array.from({ length: count }, (_, n) => harness.publish({ tenant, payload: payloadOf(n) })),
          );
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
