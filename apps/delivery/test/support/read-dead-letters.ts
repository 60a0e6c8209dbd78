import type { Bus } from '@hookline/bus';
import { DEAD_LETTERS_STREAM } from '@hookline/contracts';

export interface DeadLetterMessage {
  subject: string;
  /** The body of the message on the stream. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect to be there.
  json: any;
}

/** Reads all messages on DEAD_LETTERS, oldest first. */
export async function readDeadLetters(bus: Bus): Promise<DeadLetterMessage[]> {
  const { state } = await bus.manager.streams.info(DEAD_LETTERS_STREAM);
  const letters: DeadLetterMessage[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++) {
    const message = await bus.manager.streams.getMessage(DEAD_LETTERS_STREAM, { seq });
    if (message) letters.push({ subject: message.subject, text: message.string(), json: message.json() });
  }
  return letters;
}
