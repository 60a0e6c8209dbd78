import type { ReaderState } from './feed-reader.ts';
import type { Forwarding } from './forwarder.ts';

/** Shows what happens in `listen`. */
export interface Reporter {
  /** A sentence for the person, such as a warning. */
  note(text: string): void;
  state(state: ReaderState): void;
  change(forwarding: Forwarding): void;
  /** Events wait because a local server refuses; 0: it answers again. */
  holding(host: string, held: number, reason: string): void;
  /** Restores the terminal. */
  close(): void;
}
