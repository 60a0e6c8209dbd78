import { HEALTHY_AFTER_MS, restartDelayMs } from './backoff.ts';
import { describeExit, type Exit } from './child.ts';
import { type Log, say } from './log.ts';
import { removePidFile, writePidFile } from './pid-file.ts';

/** A process that a supervisor keeps running: a service or a server. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly lastLines: readonly string[];
  stop(): Promise<Exit>;
  kill(signal?: NodeJS.Signals): Promise<Exit>;
}

export interface SupervisorOptions<P extends Running> {
  name: string;
  /** Starts the process, with the same port and data directory each time. Called again for each restart. */
  start: () => Promise<P>;
  /** Whether a process that dies is restarted automatically. Default true. */
  autoRestart?: boolean;
  pidFile?: string;
  log: Log;
}

/**
 * Keeps one process running.
 *
 * *down* → `start()` → *starting* → *up*. A death leads from *up* to *waiting* (back-off), then to *starting* again; a
 * start that fails counts as a death. `restart()` cuts a wait short. `stop()` leads from anywhere to *down*, and only
 * `start()` and `restart()` lead out of it. Without `autoRestart` a death leads to *down*.
 */
export class Supervisor<P extends Running = Running> {
  readonly name: string;
  readonly #options: SupervisorOptions<P>;
  #current: P | undefined;
  #starting: Promise<void> | undefined;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #deaths = 0;
  #lastDeath = '';

  constructor(options: SupervisorOptions<P>) {
    this.name = options.name;
    this.#options = options;
  }

  get current(): P | undefined {
    return this.#current;
  }

  /** The process is not up, and will not be started automatically. */
  get isDown(): boolean {
    return !this.#wanted && this.#current === undefined && this.#starting === undefined;
  }

  get pid(): number | undefined {
    return this.#current?.pid;
  }

  /** The number of deaths in a row, each soon after a start. */
  get deaths(): number {
    return this.#deaths;
  }

  /** The last death, with the last lines of output; empty if the process has never died. */
  get lastDeath(): string {
    return this.#lastDeath;
  }

  /** Resolves when the process is up; does nothing if it is already up. */
  async start(): Promise<void> {
    clearTimeout(this.#timer);
    this.#wanted = true;
    if (this.#current) return;
    this.#starting ??= this.#launch().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  /** Stops the process gracefully. Undefined if no process was running. */
  async stop(): Promise<Exit | undefined> {
    clearTimeout(this.#timer);
    this.#wanted = false;
    await this.#starting?.catch(() => {});
    return await this.#current?.stop();
  }

  /** Stops the process gracefully if it is up, then starts it at once. */
  async restart(): Promise<void> {
    const running = this.#current;
    if (running) await this.stop();
    await this.start();
  }

  /** Signals the process and resolves when it has ended. It is handled like any other death. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#current?.kill(signal);
  }

  async #launch(): Promise<void> {
    const started = await this.#options.start();
    this.#startedAt = performance.now();
    this.#current = started;
    if (this.#options.pidFile !== undefined) writePidFile(this.#options.pidFile, started.pid);
    void started.exited.then((exit) => this.#onExit(started, exit));
    if (!this.#wanted) await started.stop();
  }

  #onExit(process: P, exit: Exit): void {
    this.#current = undefined;
    if (this.#options.pidFile !== undefined) removePidFile(this.#options.pidFile);
    if (!this.#wanted) return;
    if (performance.now() - this.#startedAt >= HEALTHY_AFTER_MS) this.#deaths = 0;
    this.#recover([describeExit(exit), ...process.lastLines.map((line) => `  | ${line}`)].join('\n'));
  }

  #recover(reason: string): void {
    this.#deaths++;
    this.#lastDeath = reason;
    const { autoRestart = true, log, name } = this.#options;
    if (!autoRestart) {
      this.#wanted = false;
      say(log, name, reason, 'warn');
      return;
    }
    const delayMs = restartDelayMs(this.#deaths);
    say(log, name, `${reason}\n  restarting in ${delayMs / 1000} s`, 'error');
    this.#timer = setTimeout(() => {
      this.start().catch((error: Error) => {
        if (this.#wanted) this.#recover(`did not start again: ${error.message}`);
      });
    }, delayMs);
  }
}
