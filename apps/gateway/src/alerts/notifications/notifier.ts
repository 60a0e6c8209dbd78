import { randomUUID } from 'node:crypto';
import type { Database } from '@hookline/db';
import {
  Counter,
  createLoopWorker,
  type Logger,
  type LoopWorker,
  type Registry,
  type Waker,
} from '@hookline/service';
import {
  type ClaimedNotification,
  claimAlertNotifications,
  settleAlertNotification,
} from '../../sql/claim-alert-notifications.ts';
import { findRuleChannels } from '../../sql/find-rule-channels.ts';
import type { OpenChannel } from '../rules/alert-channels.ts';
import type { ChannelStore } from '../rules/channel-store.ts';
import type { AlertMessage } from './alert-message.ts';
import { SEND_WITHIN_MS, type SendToChannel } from './channel-sender.ts';
import { createHeldChannels } from './held-channels.ts';
import { failed, type Outcome } from './outcome.ts';

export interface Notifier extends LoopWorker {
  /** Resolves when nothing is being sent any more. To be called when the worker has ended. */
  drain(): Promise<void>;
}

export interface NotifierOptions {
  database: Database;
  channels: ChannelStore;
  send: SendToChannel;
  /** Seconds after each attempt; the last one repeats. Default: 10 s to 15 min. */
  retrySeconds?: readonly number[] | undefined;
  metrics: Registry;
  logger: Logger;
  waker: Waker;
}

/** Longer than an attempt takes, with its record. */
const LEASE_MS = SEND_WITHIN_MS + 10_000;
/** Messages under way at once. Those of channels of the type `event`, which wait for no stranger, are counted apart. */
const AT_ONCE = 20;
/** Of one tenant; the operators are one. */
const AT_ONCE_PER_TENANT = 4;
/** No tenant has an empty name. */
const OPERATORS = '';
const PAUSE_MS = 2_000;
const RETRY_SECONDS = [10, 30, 60, 120, 300, 600, 900];

/**
 * Sends notifications that are due. What a process that ends had claimed is sent by another one when the lease ends: a
 * channel may be told twice, with the same id, and is told at least once.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { database, channels, send, logger, retrySeconds = RETRY_SECONDS } = options;
  const held = createHeldChannels(retrySeconds);
  const counted = new Counter({
    name: 'hookline_alert_notifications_total',
    help: 'Attempts to send notifications of alerts, by type of channel and result: sent, pending (tried again), failed (given up after six hours) or dropped',
    labelNames: ['channel', 'result'],
    registers: [options.metrics],
  });

  /** The opened channels of the rules of notifications; undefined for one that does not open. */
  async function openRules(ruleIds: readonly string[]): Promise<Map<string, OpenChannel[] | undefined>> {
    const rules = await findRuleChannels(database, [...new Set(ruleIds)]);
    return new Map(
      rules.map((rule) => {
        try {
          return [rule.id, channels.open(rule)];
        } catch (error) {
          logger.error({ err: error, ruleId: rule.id }, 'the channels of an alert rule could not be opened');
          return [rule.id, undefined];
        }
      }),
    );
  }

  async function attempt(
    claimed: ClaimedNotification,
    rules: ReadonlyMap<string, OpenChannel[] | undefined>,
  ): Promise<Outcome | undefined> {
    if (!rules.has(claimed.ruleId)) return undefined;
    const opened = rules.get(claimed.ruleId);
    if (!opened)
      return failed('The secrets of the rule cannot be opened: its encryption key is not configured');
    const channel = opened.find(({ name, type }) => name === claimed.channel && type === claimed.channelType);
    return channel && send(channel, claimed.message as AlertMessage, claimed);
  }

  async function settle(claimed: ClaimedNotification, outcome: Outcome | undefined, leaseId: string) {
    const seconds = retrySeconds[Math.min(claimed.attempts, retrySeconds.length) - 1] ?? 0;
    const status = await settleAlertNotification(database, {
      id: claimed.id,
      leaseId,
      status: outcome === undefined ? 'dropped' : outcome.sent ? 'sent' : 'pending',
      responseStatus: outcome?.status ?? null,
      error: outcome?.error ?? null,
      retryInMs: Math.round(seconds * 1_000 * (0.9 + 0.2 * Math.random())),
    });
    if (status === undefined) return;
    counted.inc({ channel: claimed.channelType, result: status });
    if (outcome?.sent !== false) return;
    const { id, ruleId, channel, attempts } = claimed;
    logger.warn(
      { notificationId: id, ruleId, channel, attempts, reason: outcome.error },
      status === 'failed'
        ? 'a notification of an alert was given up'
        : 'a notification of an alert could not be sent; trying again',
    );
  }

  /** Never rejects: what cannot be recorded is sent again when its lease has ended. */
  async function tell(
    claimed: ClaimedNotification,
    rules: ReadonlyMap<string, OpenChannel[] | undefined>,
    leaseId: string,
  ): Promise<void> {
    let hung = false;
    held.started(claimed);
    try {
      const outcome = await attempt(claimed, rules);
      hung = outcome?.hung ?? false;
      await settle(claimed, outcome, leaseId);
    } catch (error) {
      logger.warn(
        { err: error, notificationId: claimed.id },
        'the outcome of a notification could not be stored; sending it again',
      );
    } finally {
      held.ended(claimed, hung);
    }
  }

  /** Messages that share places. */
  interface Lane {
    events: boolean;
    /** With the tenant of each. */
    underWay: Map<Promise<void>, string>;
  }
  const lanes: Lane[] = [
    { events: true, underWay: new Map() },
    { events: false, underWay: new Map() },
  ];

  function start({ underWay }: Lane, tenant: string | null, telling: Promise<void>): void {
    underWay.set(telling, tenant ?? OPERATORS);
    void telling.then(() => {
      const ofTenant = [...underWay.values()].filter((each) => each === (tenant ?? OPERATORS)).length;
      const wasFull = underWay.size >= AT_ONCE || ofTenant >= AT_ONCE_PER_TENANT;
      underWay.delete(telling);
      if (wasFull) options.waker.wake();
    });
  }

  /** @returns how many messages it began to send */
  async function fill(lane: Lane): Promise<number> {
    const { events, underWay } = lane;
    const limit = AT_ONCE - underWay.size;
    if (limit <= 0) return 0;
    const leaseId = randomUUID();
    const claimed = await claimAlertNotifications(database, {
      leaseId,
      leaseMs: LEASE_MS,
      limit,
      perTenant: AT_ONCE_PER_TENANT,
      events,
      underWay: countByTenant(underWay.values()),
      held: held.places(),
    });
    if (claimed.length === 0) return 0;
    const rules = await openRules(claimed.map(({ ruleId }) => ruleId));
    for (const each of claimed) start(lane, each.tenant, tell(each, rules, leaseId));
    return claimed.length;
  }

  const worker = createLoopWorker({
    name: 'alert notifications',
    waker: options.waker,
    async work() {
      let begun = 0;
      for (const lane of lanes) begun += await fill(lane);
      return begun === 0 ? PAUSE_MS : 0;
    },
    onError: (error) =>
      logger.warn({ err: error }, 'notifications of alerts could not be read; trying again'),
    pauseAfterErrorMs: PAUSE_MS,
  });
  return {
    ...worker,
    async drain() {
      await Promise.all(lanes.flatMap(({ underWay }) => [...underWay.keys()]));
    },
  };
}

function countByTenant(tenants: Iterable<string>): { tenant: string; sending: number }[] {
  const counts = new Map<string, number>();
  for (const tenant of tenants) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
  return [...counts].map(([tenant, sending]) => ({ tenant, sending }));
}
