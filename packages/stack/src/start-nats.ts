import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child, describeExit } from './child.ts';
import { StackError } from './errors.ts';
import { findFreePort } from './find-free-port.ts';
import { guardChild } from './guard-child.ts';
import type { Log } from './log.ts';
import { parseLogLine } from './parse-log-line.ts';
import type { Running } from './supervisor.ts';

/** After a crash, nats-server reads large streams in full before it is ready. */
const READY_TIMEOUT_MS = 120_000;
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;
const PORT_ATTEMPTS = 3;

export interface NatsOptions {
  /** The nats-server executable, as `findNatsServer` returns it. */
  bin: string;
  /** The directory of `nats.conf` and of the streams (`jetstream/`). */
  dir: string;
  /** Default: free ports. */
  port?: number;
  monitorPort?: number;
  /** `always`: an acknowledged message is on disk. `default`: it may be only in the page cache for up to two minutes. */
  sync: 'always' | 'default';
  /** The largest message. Default 8 MiB. */
  maxPayloadBytes?: number;
  /** The largest size of all streams together. Default: that of nats-server, three quarters of the free disk space. */
  maxFileBytes?: number;
  log: Log;
}

export interface Nats extends Running {
  readonly url: string;
  readonly port: number;
  readonly monitorUrl: string;
  readonly process: Child;
}

/**
 * Starts nats-server with JetStream on 127.0.0.1 and resolves when it accepts clients.
 * Throws StackError `nats_failed` with the last lines of its output.
 */
export async function startNats(options: NatsOptions): Promise<Nats> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort());
    const monitorPort = options.monitorPort ?? (await findFreePort());
    const config = join(options.dir, 'nats.conf');
    writeFileSync(config, describeConfig(options, port, monitorPort), { mode: 0o600 });
    let ready: () => void = () => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const child = await Child.start({
      command: options.bin,
      args: ['-c', config],
      env: {},
      onLine: (line) => {
        // nats-server writes this line once the streams are restored and the listener is open.
        if (line.includes('Server is ready')) ready();
        options.log(parseLogLine('nats', line));
      },
    });
    const failure = await waitUntilReady(child, isReady);
    if (failure === undefined) {
      guardChild(child, 'TERM');
      return {
        url: `nats://127.0.0.1:${port}`,
        monitorUrl: `http://127.0.0.1:${monitorPort}`,
        port,
        process: child,
        pid: child.pid,
        exited: child.exited,
        lastLines: child.lastLines,
        stop: () => child.stop(),
        kill: (signal) => child.kill(signal),
      };
    }
    await child.stop();
    const portsAreOurs = options.port === undefined && options.monitorPort === undefined;
    if (portsAreOurs && attempt < PORT_ATTEMPTS && /address already in use/.test(failure)) continue;
    throw new StackError(
      'nats_failed',
      `nats-server did not start with the data in ${options.dir}:\n${failure}`,
    );
  }
}

/** nats-server's configuration. Its strings have the same escapes as JSON. */
export function describeConfig(
  options: Pick<NatsOptions, 'dir' | 'sync' | 'maxPayloadBytes' | 'maxFileBytes'>,
  port: number,
  monitorPort: number,
): string {
  return `# Written by Hookline at every start.
server_name: hookline
host: 127.0.0.1
port: ${port}
http: "127.0.0.1:${monitorPort}"
max_payload: ${options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES}
max_pending: 134217728
logtime: false
jetstream {
  store_dir: ${JSON.stringify(options.dir)}
  max_mem: ${MAX_MEMORY_BYTES}
${options.maxFileBytes === undefined ? '' : `  max_file: ${options.maxFileBytes}\n`}${options.sync === 'always' ? '  sync_interval: always\n' : ''}}
`;
}

/** Undefined when nats-server is ready, otherwise the failure. */
async function waitUntilReady(child: Child, isReady: Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<string>((resolve) => {
    timer = setTimeout(
      () => resolve(`it was not ready after ${READY_TIMEOUT_MS / 1000} s`),
      READY_TIMEOUT_MS,
    );
  });
  const problem = await Promise.race([
    isReady,
    timeout,
    child.exited.then((exit) => `it ${describeExit(exit)}`),
  ]);
  clearTimeout(timer);
  return problem === undefined ? undefined : `${problem}\n${child.lastLines.join('\n')}`;
}
