import type { Paint } from './paint.ts';

/** Where a command runs: its streams, its environment and its size. Tests pass one that records. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data, and nothing else. */
  out(text: string): void;
  /** Everything that is not data: states, hints, errors. */
  err(text: string): void;
  readonly outIsTty: boolean;
  /** Whether a person sits at it: stdin and stderr are terminals. Only then may a command ask a question. */
  readonly isInteractive: boolean;
  readonly paintOut: Paint;
  readonly paintErr: Paint;
  /** Columns and rows of the terminal; 80 × 24 where there is none. */
  size(): { columns: number; rows: number };
  /** All of stdin. Rejects if it is longer than `maxBytes`. */
  readInput(maxBytes: number): Promise<Buffer>;
  /** Asks for one line. With `hidden`, what is typed is not shown. Only if `isInteractive`. */
  ask(question: string, options?: { hidden?: boolean }): Promise<string>;
  /** Keys as they are pressed, until the returned function is called. Only if `isInteractive`. */
  onKeys(listener: (keys: string) => void): () => void;
  onResize(listener: () => void): () => void;
  /** Aborted by the first Ctrl-C (or SIGTERM, SIGHUP). The second one ends the process. */
  readonly stopped: AbortSignal;
}
