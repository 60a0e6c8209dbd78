import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { Arrivals } from './arrivals.ts';
import { OPERATOR_KEY } from './start-gateway.ts';

export interface NamedArrival {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  data: any;
}

/** A client of one namespace that keeps every event. */
export class SocketIoClient {
  readonly socket: Socket;
  readonly received: NamedArrival[] = [];
  readonly arrivals = new Arrivals();
  /** Why the connection ended, each time. */
  readonly ends: string[] = [];
  readonly connectErrors: (Error & { data?: { code: string } })[] = [];
  connects = 0;

  constructor(
    url: string,
    namespace: '/' | '/webhooks' | '/monitoring',
    options: Partial<ManagerOptions & SocketOptions> & { apiKey?: string | null } = {},
  ) {
    const { apiKey = OPERATOR_KEY, ...rest } = options;
    this.socket = io(url + namespace, {
      forceNew: true,
      reconnectionDelay: 50,
      reconnectionDelayMax: 200,
      ...(apiKey === null ? {} : { auth: { token: apiKey } }),
      ...rest,
    });
    this.socket.onAny((name: string, data: unknown) => {
      this.received.push({ name, data });
      this.arrivals.arrived();
    });
    this.socket.on('connect', () => {
      this.connects++;
      this.arrivals.arrived();
    });
    this.socket.on('disconnect', (reason) => {
      this.ends.push(reason);
      this.arrivals.arrived();
    });
    this.socket.on('connect_error', (error) => {
      this.connectErrors.push(error);
      this.arrivals.arrived();
    });
  }

  get transport(): string {
    return this.socket.io.engine.transport.name;
  }

  named(name: string): NamedArrival['data'][] {
    return this.received.filter((each) => each.name === name).map(({ data }) => data);
  }

  /** Emits a command and waits for its acknowledgement. */
  async ask(name: string, argument: unknown): Promise<Record<string, unknown>> {
    return this.socket.timeout(60_000).emitWithAck(name, argument);
  }

  async waitFor(name: string, count = 1): Promise<NamedArrival['data'][]> {
    await this.until(
      () => this.named(name).length >= count,
      () => `${count} of ${name}`,
    );
    return this.named(name);
  }

  until(isDone: () => boolean, what: () => string): Promise<void> {
    return this.arrivals.until(
      isDone,
      () =>
        `${what()}; received: ${JSON.stringify(this.received.slice(-5)).slice(0, 500)}; ends: ${this.ends}; errors: ${this.connectErrors.map(({ message }) => message)}`,
    );
  }

  connected(times = 1): Promise<void> {
    return this.until(
      () => this.connects >= times,
      () => `connection ${times}`,
    );
  }

  close(): void {
    this.socket.disconnect();
  }
}
