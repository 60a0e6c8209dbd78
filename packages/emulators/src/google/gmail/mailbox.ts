import type { EmulatorClock } from '../../core/clock.ts';

const MAX_MESSAGES = 20_000;
const MAX_RECORDS = 20_000;
const WEEK_MS = 7 * 86_400_000;

export interface MailMessage {
  readonly id: string;
  readonly threadId: string;
  labelIds: string[];
  historyId: bigint;
  readonly internalDateMs: number;
  readonly subject: string;
  readonly from: string;
  readonly snippet: string;
}

export type HistoryKind = 'messageAdded' | 'messageDeleted' | 'labelAdded' | 'labelRemoved';

export interface HistoryRecord {
  readonly id: bigint;
  readonly atMs: number;
  readonly kind: HistoryKind;
  readonly message: Pick<MailMessage, 'id' | 'threadId'>;
  /** The labels of the message after the change. */
  readonly labelIds: readonly string[];
  /** The labels that were added or removed. */
  readonly changed: readonly string[];
}

/** Messages and the history of one account. History ids rise in steps, as the real ones do. */
export class Mailbox {
  readonly #clock: EmulatorClock;
  readonly #messages = new Map<string, MailMessage>();
  #records: HistoryRecord[] = [];
  #historyId = 1_000_000n;
  /** Ids below it are too old. */
  #floor = 1_000_000n;
  #count = 0;
  readonly #number: number;

  constructor(clock: EmulatorClock, number: number) {
    this.#clock = clock;
    this.#number = number;
  }

  get historyId(): bigint {
    return this.#historyId;
  }

  /** Newest first. */
  get messages(): MailMessage[] {
    return [...this.#messages.values()].reverse();
  }

  message(id: string): MailMessage | undefined {
    return this.#messages.get(id);
  }

  add(input: { subject: string; from: string; labelIds: readonly string[]; atMs?: number }): MailMessage {
    this.#count += 1;
    const id = (0x19_0000_0000_0000n + BigInt(this.#number) * 0x100_0000n + BigInt(this.#count)).toString(16);
    const message: MailMessage = {
      id,
      threadId: id,
      labelIds: [...input.labelIds],
      historyId: 0n,
      internalDateMs: input.atMs ?? this.#clock.nowMs(),
      subject: input.subject,
      from: input.from,
      snippet: input.subject,
    };
    this.#messages.set(id, message);
    if (this.#messages.size > MAX_MESSAGES) {
      const oldest = this.#messages.keys().next();
      if (!oldest.done) this.#messages.delete(oldest.value);
    }
    this.#record('messageAdded', message, message.labelIds);
    return message;
  }

  /** @throws RangeError if there is no such message */
  changeLabels(id: string, added: readonly string[], removed: readonly string[]): void {
    const message = this.#find(id);
    const news = added.filter((label) => !message.labelIds.includes(label));
    const olds = removed.filter((label) => message.labelIds.includes(label));
    message.labelIds = [...message.labelIds.filter((label) => !olds.includes(label)), ...news];
    if (news.length > 0) this.#record('labelAdded', message, news);
    if (olds.length > 0) this.#record('labelRemoved', message, olds);
  }

  /** @throws RangeError if there is no such message */
  remove(id: string): void {
    const message = this.#find(id);
    this.#messages.delete(id);
    this.#record('messageDeleted', message, []);
  }

  /** Records after that id, oldest first. Undefined: the id is too old, or not one of this mailbox. */
  since(startHistoryId: bigint): HistoryRecord[] | undefined {
    this.#forgetOld();
    if (startHistoryId < this.#floor || startHistoryId > this.#historyId) return undefined;
    return this.#records.filter(({ id }) => id > startHistoryId);
  }

  /** Forgets the history so far, as Gmail may do after hours. */
  expireHistory(): void {
    this.#historyId += 1n;
    this.#floor = this.#historyId;
    this.#records = [];
  }

  #find(id: string): MailMessage {
    const message = this.#messages.get(id);
    if (message === undefined) throw new RangeError(`There is no message "${id}".`);
    return message;
  }

  #record(kind: HistoryKind, message: MailMessage, changed: readonly string[]): void {
    this.#historyId += 3n;
    message.historyId = this.#historyId;
    this.#records.push({
      id: this.#historyId,
      atMs: this.#clock.nowMs(),
      kind,
      message: { id: message.id, threadId: message.threadId },
      labelIds: [...message.labelIds],
      changed: [...changed],
    });
    if (this.#records.length > MAX_RECORDS * 1.5) this.#dropRecords(this.#records.length - MAX_RECORDS);
  }

  #forgetOld(): void {
    const oldest = this.#clock.nowMs() - WEEK_MS;
    const count = this.#records.findIndex(({ atMs }) => atMs >= oldest);
    if (count !== 0) this.#dropRecords(count < 0 ? this.#records.length : count);
  }

  #dropRecords(count: number): void {
    const last = this.#records[count - 1];
    if (last !== undefined) this.#floor = last.id;
    this.#records = this.#records.slice(count);
  }
}
