import { setTimeout as delay } from 'node:timers/promises';
import { StackError } from './errors.ts';
import type { Running, Supervisor } from './supervisor.ts';

const POLL_MS = 50;
/** After this many deaths before it was ready, a process is considered unable to start. */
const HOPELESS_DEATHS = 3;
const READY_TIMEOUT_MS = 120_000;

/** One process of a stack: a server or a replica of a service. */
export class ProcessHandle {
  readonly name: string;
  /** Does not change when the process restarts. */
  readonly url: string;
  readonly #supervisor: Supervisor<Running>;
  readonly #probe: () => Promise<string | undefined>;

  constructor(options: {
    url: string;
    supervisor: Supervisor<Running>;
    /** Undefined when the process is ready, otherwise the reason why not. */
    probe: () => Promise<string | undefined>;
  }) {
    this.name = options.supervisor.name;
    this.url = options.url;
    this.#supervisor = options.supervisor;
    this.#probe = options.probe;
  }

  /** Undefined while the process is down. */
  get pid(): number | undefined {
    return this.#supervisor.pid;
  }

  /** Resolves when the process has ended. With `autoRestart` the supervisor starts it again after a delay. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#supervisor.kill(signal);
  }

  /** Stops the process gracefully; it is not restarted. False when it took too long and was killed. */
  async stop(): Promise<boolean> {
    const exit = await this.#supervisor.stop();
    return exit?.forced !== true;
  }

  /** Stops the process gracefully if it is up, and starts it again at the same URL. Resolves when it is ready. */
  async restart(): Promise<void> {
    await this.#supervisor.restart();
    await this.ready();
  }

  /** Resolves when the process is ready. Throws StackError `process_failed` with the reason and the last output lines. */
  async ready(options: { timeoutMs?: number; signal?: AbortSignal | undefined } = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? READY_TIMEOUT_MS;
    const deadline = performance.now() + timeoutMs;
    const deathsBefore = this.#supervisor.deaths;
    for (;;) {
      options.signal?.throwIfAborted();
      const problem =
        this.pid === undefined
          ? `the process is not running; it ${this.#supervisor.lastDeath}`
          : await this.#probe();
      if (problem === undefined) return;
      const hopeless = this.#supervisor.deaths - deathsBefore >= HOPELESS_DEATHS;
      const { isDown } = this.#supervisor;
      if (isDown || hopeless || performance.now() > deadline) {
        const lines = this.#supervisor.current?.lastLines ?? [];
        const late = isDown ? 'is not running' : `was not ready after ${timeoutMs / 1000} s`;
        const when = hopeless ? `died ${HOPELESS_DEATHS} times` : late;
        throw new StackError('process_failed', [`${this.name} ${when}: ${problem}`, ...lines].join('\n'));
      }
      await delay(POLL_MS);
    }
  }
}
