import { randomBytes } from 'node:crypto';
import type { Bus } from '@hookline/bus';
import { MONITORING_SUBJECT, type MonitoringUpdate, type ReplicaReport } from '@hookline/contracts';
import { buildUpdate, type Reports } from './build-update.ts';

/** Gets every update: as an object, and as the JSON text of a MonitoringMessage, which is made once for all. */
export type MonitoringFollower = (update: MonitoringUpdate, text: string) => void;

/** Asks all replicas for their reports, as long as somebody follows. */
export interface Monitor {
  /** @returns a function that ends it */
  follow(follower: MonitoringFollower): () => void;
  stop(): void;
}

export interface MonitorOptions {
  bus: Bus;
  intervalMs: number;
}

/**
 * Every interval, one question goes to all replicas of all services over core NATS, however many clients follow. The
 * answers arrive within milliseconds, and the next interval begins with the update that they make.
 */
export function createMonitor({ bus, intervalMs }: MonitorOptions): Monitor {
  const followers = new Set<MonitoringFollower>();
  const answers = `${MONITORING_SUBJECT}.answers.${randomBytes(8).toString('hex')}`;
  let subscription: { unsubscribe(): void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let previous: Reports = new Map();
  let current: Reports = new Map();
  let arriving = new Map<string, { report: ReplicaReport; at: number }>();

  function start(): void {
    subscription = bus.connection.subscribe(answers, {
      callback(error, message) {
        if (error) return;
        const report = message.json<ReplicaReport>();
        arriving.set(`${report.service} ${report.replica}`, { report, at: performance.now() });
      },
    });
    ask();
    timer = setInterval(() => {
      publishUpdate();
      ask();
    }, intervalMs);
  }

  function ask(): void {
    arriving = new Map();
    // Without NATS there are no answers, and the update says that no service is ready.
    if (bus.connected) bus.connection.publish(MONITORING_SUBJECT, '', { reply: answers });
  }

  function publishUpdate(): void {
    previous = current;
    current = arriving;
    const update = buildUpdate(current, previous, new Date().toISOString());
    const text = JSON.stringify({ type: 'update', data: update });
    for (const follower of followers) follower(update, text);
  }

  function stop(): void {
    clearInterval(timer);
    subscription?.unsubscribe();
    subscription = undefined;
    previous = new Map();
    current = new Map();
  }

  return {
    follow(follower) {
      followers.add(follower);
      if (followers.size === 1) start();
      return () => {
        if (followers.delete(follower) && followers.size === 0) stop();
      };
    },
    stop() {
      followers.clear();
      stop();
    },
  };
}
