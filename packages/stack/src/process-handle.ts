import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from './errors.ts';
import type { Running, Supervisor } from './supervisor.ts';

const POLL_MS = 50;
/** A process that dies this often before it was ever ready will not get ready by being started once more. */
const HOPELESS_DEATHS = 3;
const READY_TIMEOUT_MS = 120_000;

/** One process of a stack: a server or a replica of a service. */
export class ProcessHandle {
  readonly name: string;
  /** Stays the same through restarts. */
  readonly url: string;
  readonly #supervisor: Supervisor<Running>;
  readonly #probe: () => Promise<string | undefined>;

  constructor(options: {
    url: string;
    supervisor: Supervisor<Running>;
    /** Undefined when it can do its work, else what is missing. */
    probe: () => Promise<string | undefined>;
  }) {
    this.name = options.supervisor.name;
    this.url = options.url;
    this.#supervisor = options.supervisor;
    this.#probe = options.probe;
  }

  /** Undefined while it is down. */
  get pid(): number | undefined {
    return this.#supervisor.pid;
  }

  /** Resolves when the process is gone. Unless the stack was started without restarts, it comes back after a moment. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#supervisor.kill(signal);
  }

  /** Orderly end; it stays down. False when it had to be killed because it took too long. */
  async stop(): Promise<boolean> {
    const exit = await this.#supervisor.stop();
    return exit?.forced !== true;
  }

  /** Brings it up again at once, in the same place; an orderly end first if it is up. Resolves when it is ready. */
  async restart(): Promise<void> {
    await this.#supervisor.restart();
    await this.ready();
  }

  /** Resolves when it can do its work. Throws StackError `process_failed`: what it lacks, and its last lines. */
  async ready(options: { timeoutMs?: number; signal?: AbortSignal | undefined } = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? READY_TIMEOUT_MS;
    const deadline = performance.now() + timeoutMs;
    const deathsBefore = this.#supervisor.deaths;
    for (;;) {
      options.signal?.throwIfAborted();
      const problem =
        this.pid === undefined ? `it is down; it ${this.#supervisor.lastDeath}` : await this.#probe();
      if (problem === undefined) return;
      const hopeless = this.#supervisor.deaths - deathsBefore >= HOPELESS_DEATHS;
      const { isDown } = this.#supervisor;
      if (isDown || hopeless || performance.now() > deadline) {
        const lines = this.#supervisor.current?.lastLines ?? [];
        const late = isDown ? 'is not started' : `was not ready after ${timeoutMs / 1000} s`;
        const when = hopeless ? `died ${HOPELESS_DEATHS} times` : late;
        throw new StackError('process_failed', [`${this.name} ${when}: ${problem}`, ...lines].join('\n'));
      }
      await delay(POLL_MS);
    }
  }
}
