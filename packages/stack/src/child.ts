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
  /** `pipe` gives the child a stdin that ends when this process is gone, however it went, for a child that heeds it. */
  stdin?: 'ignore' | 'pipe';
  /** The signal that asks for an orderly end. Default SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How long an orderly end may take before SIGKILL. Default 25,000. */
  stopTimeoutMs?: number;
  /** Called with every line of the child's stdout and stderr. */
  onLine?: (line: string) => void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** True when the child did not end in time and had to be killed. */
  forced: boolean;
}

const LAST_LINES = 10;
const STOP_TIMEOUT_MS = 25_000;
/** Grandchildren may hold the output open for longer than the child lives; its end is not put off for them. */
const OUTPUT_GRACE_MS = 2_000;

const liveChildren = new Set<Child>();

/** SIGKILLs every child of this process at once: the end of the road, after a second Ctrl-C. */
export function killLiveChildren(): void {
  for (const child of liveChildren) child.signalGroup('SIGKILL');
}

/**
 * A process started by us, in a process group of its own: Ctrl-C in a terminal goes to the whole foreground group, and
 * the children must be ended by us, one after the other, not all at once by the terminal.
 */
export class Child {
  readonly pid: number;
  /** Settles when the process has ended and what it wrote was read. */
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #options: ChildOptions;
  readonly #lastLines: string[] = [];
  #forced = false;
  #ended = false;

  /** Resolves once the process runs; rejects when it can't be started (ENOENT, EACCES). */
  static async start(options: ChildOptions): Promise<Child> {
    const process = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
      stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
      detached: true,
    });
    // Writing is not what stdin is for; a child that is gone must not become an error of ours.
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
    // A child that could not be started reports through `start`; nobody else may be listening yet.
    this.exited.catch(() => {});
  }

  /** The last ten lines that it wrote. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  get running(): boolean {
    return !this.#ended;
  }

  /** Asks for an orderly end, and kills the whole group when that takes too long. */
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

  /** Signals the process and whatever it started. */
  signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // The group is gone already.
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
        // Later errors are signals that could not be sent: the process had ended.
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
