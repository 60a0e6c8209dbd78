import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface ChildOptions {
  command: string;
  args: readonly string[];
  cwd?: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** `pipe`: the child's stdin ends when this process ends for any reason. The child must watch for that. */
  stdin?: 'ignore' | 'pipe';
  /** The signal that requests a graceful stop. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How long a graceful stop may take before SIGKILL. Default 25,000. */
  stopTimeoutMs?: number;
  /** Called with every line of the child's stdout and stderr. */
  onLine?: (line: string) => void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when the child did not stop in time and was killed. */
  forced: boolean;
}

const LAST_LINES = 10;
const STOP_TIMEOUT_MS = 25_000;
/** Grandchildren may keep the child's output open after it has ended. `exited` waits for them no longer than this. */
const OUTPUT_GRACE_MS = 2_000;

const liveChildren = new Set<Child>();

/** SIGKILLs every child of this process at once: the response to a second Ctrl-C. */
export function killLiveChildren(): void {
  for (const child of liveChildren) child.signalGroup('SIGKILL');
}

/**
 * A child process in its own process group. A terminal sends Ctrl-C to its whole foreground group, but the children must
 * be stopped in order by this process.
 */
export class Child {
  readonly pid: number;
  /** Settles when the process has ended and its output was read. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #options: ChildOptions;
  readonly #lastLines: string[] = [];
  #forced = false;
  #ended = false;

  /** Resolves once the process is running; rejects when the process can't be started (ENOENT, EACCES). */
  static async start(options: ChildOptions): Promise<Child> {
    const process = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
      stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    // Nothing is written to stdin, so an error on it only means that the child has ended.
    process.stdin?.on('error', () => {});
    const child = new Child(process, options);
    await once(process, 'spawn');
    return child;
  }

  private constructor(process: ChildProcess, options: ChildOptions) {
    this.#process = process;
    this.#options = options;
    this.pid = process.pid ?? -1;
    this.exited = this.#watch();
    // `start` reports a child that could not be started. This handler prevents an unhandled rejection.
    this.exited.catch(() => {});
  }

  /** The last ten lines of the child's output. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  get running(): boolean {
    return !this.#ended;
  }

  /** Requests a graceful stop, and kills the whole process group when that takes too long. */
  async stop(): Promise<Exit> {
    if (this.#ended) return await this.exited;
    this.#process.kill(this.#options.stopSignal ?? 'SIGTERM');
    const timer = setTimeout(() => {
      this.#forced = true;
      this.signalGroup('SIGKILL');
    }, this.#options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a signal to the process itself and resolves when it has ended. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    if (!this.#ended) this.#process.kill(signal);
    return await this.exited;
  }

  /** Signals the process and its descendants in the same process group. */
  signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The process group has already ended.
    }
  }

  async #watch(): Promise<Exit> {
    const { stdout, stderr } = this.#process;
    for (const output of [stdout, stderr]) {
      if (output)
        createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
          this.#read(line),
        );
    }
    if (this.#process.pid !== undefined) liveChildren.add(this);
    const closed = new Promise<void>((resolve) => this.#process.once('close', () => resolve()));
    const { code, signal } = await new Promise<Pick<Exit, 'code' | 'signal'>>((resolve, reject) => {
      this.#process.once('exit', (code, signal) => resolve({ code, signal }));
      this.#process.on('error', (error) => {
        // Later errors mean that a signal could not be sent because the process had ended.
        if (this.#process.pid === undefined) reject(error);
      });
    });
    this.#ended = true;
    liveChildren.delete(this);
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, OUTPUT_GRACE_MS);
    });
    await Promise.race([closed, grace]);
    clearTimeout(timer);
    return { code, signal, forced: this.#forced };
  }

  #read(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
    this.#options.onLine?.(line);
  }
}

export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exited with code ${code}` : `was killed by ${signal}`;
}
