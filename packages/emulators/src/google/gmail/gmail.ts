import { BoundedMap } from '../../core/bounded.ts';
import type { EmulatorClock } from '../../core/clock.ts';
import { WindowLimit } from '../../core/window-limit.ts';
import type { PubSub, PubSubPush } from '../pub-sub.ts';
import type { GoogleAccount } from '../state.ts';
import { Mailbox } from './mailbox.ts';

const MAX_MAILBOXES = 20_000;
const UNITS_PER_MINUTE = 15_000;
const NOTICE_DISTANCE_MS = 1_000;
export const WATCH_MS = 7 * 86_400_000;

export interface Watch {
  readonly account: GoogleAccount;
  readonly project: string;
  readonly topic: string;
  readonly labelIds: readonly string[];
  readonly excludesLabels: boolean;
  readonly expiresAtMs: number;
}

/** The mailboxes, their watches (one per mailbox and project) and the notices. */
export class Gmail {
  readonly units: WindowLimit;
  readonly #clock: EmulatorClock;
  readonly #pubSub: PubSub;
  readonly #mailboxes = new BoundedMap<string, Mailbox>(MAX_MAILBOXES);
  readonly #watches = new BoundedMap<string, Watch>(MAX_MAILBOXES);
  readonly #lastNoticeMs = new BoundedMap<string, number>(MAX_MAILBOXES);

  constructor(clock: EmulatorClock, pubSub: PubSub) {
    this.#clock = clock;
    this.#pubSub = pubSub;
    this.units = new WindowLimit(clock, UNITS_PER_MINUTE, 60_000);
  }

  mailboxOf(account: GoogleAccount): Mailbox {
    const known = this.#mailboxes.get(account.id);
    if (known !== undefined) return known;
    const mailbox = new Mailbox(this.#clock, this.#mailboxes.size + 1);
    this.#mailboxes.set(account.id, mailbox);
    return mailbox;
  }

  /** The watch that is alive. */
  watchOf(accountId: string, project: string): Watch | undefined {
    const watch = this.#watches.get(`${accountId} ${project}`);
    return watch !== undefined && watch.expiresAtMs > this.#clock.nowMs() ? watch : undefined;
  }

  setWatch(watch: Watch): void {
    this.#watches.set(`${watch.account.id} ${watch.project}`, watch);
  }

  removeWatch(accountId: string, project: string): void {
    this.#watches.delete(`${accountId} ${project}`);
  }

  watches(): Watch[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#watches.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  }

  /**
   * Tells the watches of a mailbox that it changed. At most one notice a second for each mailbox: what comes sooner is
   * dropped.
   * @param labelIds the labels of the changed message; undefined: every watch is told
   */
  async notify(account: GoogleAccount, labelIds: readonly string[] | undefined): Promise<PubSubPush[]> {
    const nowMs = this.#clock.nowMs();
    const last = this.#lastNoticeMs.get(account.id);
    if (labelIds !== undefined && last !== undefined && Math.abs(nowMs - last) < NOTICE_DISTANCE_MS)
      return [];
    const watches = this.watches().filter(
      (watch) => watch.account.id === account.id && (labelIds === undefined || concerns(watch, labelIds)),
    );
    if (watches.length === 0) return [];
    this.#lastNoticeMs.set(account.id, nowMs);
    const data = { emailAddress: account.name, historyId: Number(this.mailboxOf(account).historyId) };
    const pushes = await Promise.all(watches.map(({ topic }) => this.#pubSub.publish(topic, data, nowMs)));
    return pushes.flat();
  }
}

function concerns({ labelIds, excludesLabels }: Watch, changed: readonly string[]): boolean {
  if (labelIds.length === 0) return true;
  const included = labelIds.some((label) => changed.includes(label));
  return included !== excludesLabels;
}
