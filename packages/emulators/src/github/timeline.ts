import { BoundedList } from '../core/bounded.ts';
import type { EmulatorClock } from '../core/clock.ts';

const MAX_EVENTS = 20_000;
/** The real list shows no more, and nothing older than 30 days. */
const MAX_LISTED = 300;
const LISTED_MS = 30 * 86_400_000;

export interface TimelineEvent {
  readonly id: string;
  readonly type: string;
  readonly actor: { readonly id: number; readonly login: string };
  readonly repositoryId: number;
  readonly repositoryName: string;
  readonly isPublic: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly createdAtMs: number;
  /** Later than `createdAtMs`: the real API lists events after 30 seconds to six hours. */
  readonly visibleAtMs: number;
}

export interface Notification {
  readonly id: string;
  readonly accountId: string;
  readonly reason: string;
  readonly title: string;
  readonly repository: Readonly<Record<string, unknown>>;
  readonly updatedAtMs: number;
}

/** What the Events API and the notifications list. */
export class Timeline {
  readonly #clock: EmulatorClock;
  readonly #events = new BoundedList<TimelineEvent>(MAX_EVENTS);
  readonly #notifications = new BoundedList<Notification>(MAX_EVENTS);
  #count = 0;

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  add(event: Omit<TimelineEvent, 'id'>): string {
    this.#count += 1;
    const id = String(50_000_000_000 + this.#count);
    this.#events.add({ id, ...event });
    return id;
  }

  /** Newest first. */
  list(matches: (event: TimelineEvent) => boolean): TimelineEvent[] {
    const nowMs = this.#clock.nowMs();
    return this.#events
      .latest()
      .filter(
        (event) => event.visibleAtMs <= nowMs && event.createdAtMs >= nowMs - LISTED_MS && matches(event),
      )
      .reverse()
      .slice(0, MAX_LISTED);
  }

  notify(notification: Omit<Notification, 'id'> & { readonly id?: string }): string {
    this.#count += 1;
    const id = notification.id ?? String(10_000_000_000 + this.#count);
    this.#notifications.add({ ...notification, id });
    return id;
  }

  /** Newest first; of a thread only its newest state. */
  notificationsOf(accountId: string): Notification[] {
    const newest = new Map<string, Notification>();
    for (const notification of this.#notifications.latest()) {
      if (notification.accountId === accountId) newest.set(notification.id, notification);
    }
    return [...newest.values()].sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  }
}

export function toEvent(event: TimelineEvent) {
  return {
    id: event.id,
    type: event.type,
    actor: { ...event.actor, display_login: event.actor.login },
    repo: {
      id: event.repositoryId,
      name: event.repositoryName,
      url: `https://api.github.com/repos/${event.repositoryName}`,
    },
    payload: event.payload,
    public: event.isPublic,
    created_at: `${new Date(event.createdAtMs).toISOString().slice(0, 19)}Z`,
  };
}

export function toNotification({ id, reason, title, repository, updatedAtMs }: Notification) {
  return {
    id,
    unread: true,
    reason,
    updated_at: `${new Date(updatedAtMs).toISOString().slice(0, 19)}Z`,
    last_read_at: null,
    subject: { title, url: null, latest_comment_url: null, type: 'Issue' },
    repository,
    url: `https://api.github.com/notifications/threads/${id}`,
  };
}
