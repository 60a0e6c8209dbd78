import { type Bus, createEventPublisher } from '@hookline/bus';
import type { SecretBox } from '@hookline/db';
import { type AddressGuard, type AddressGuardOptions, createAddressGuard } from '@hookline/outbound';
import {
  createRateWindow,
  createReceiptClock,
  createWaker,
  type Foundation,
  type RateWindow,
} from '@hookline/service';
import type { FactServices } from './evaluation/ask-facts.ts';
import { createEvaluator } from './evaluation/evaluator.ts';
import { createForgetOldAlerts } from './forget-old-alerts.ts';
import { createSendToChannel, type SendToChannel } from './notifications/channel-sender.ts';
import { createEmailSender, type SmtpOptions } from './notifications/email-sender.ts';
import { createEventSender } from './notifications/event-sender.ts';
import { createNotifier } from './notifications/notifier.ts';
import { createRequestSender } from './notifications/request-sender.ts';
import { type ChannelStore, createChannelStore } from './rules/channel-store.ts';

export interface AlertOptions {
  /** Which addresses channels may have. */
  outbound: AddressGuardOptions;
  /** undefined: no rule can send e-mail. */
  smtp: SmtpOptions | undefined;
  /** How often rules are checked. */
  intervalMs: number;
  /** Seconds between attempts to send a notification. */
  retrySeconds?: readonly number[];
}

/** The parts that the operations on rules use. */
export interface Alerts {
  channels: ChannelStore;
  guard: AddressGuard;
  sendsEmail: boolean;
  send: SendToChannel;
  /** Counts tests by tenant: each sends messages to strangers. */
  tests: RateWindow;
  publicUrl: string | undefined;
}

export interface AlertParts extends FactServices {
  bus: Bus;
  box: SecretBox;
  publicUrl: string | undefined;
}

const TESTS_PER_MINUTE = 6;
const USER_AGENT = 'Hookline/0.1 (+https://github.com/hookline/hookline)';

/** Alerts: the rules are checked, and what changes is told to their channels. */
export async function buildAlerts(
  foundation: Foundation,
  options: AlertOptions,
  parts: AlertParts,
): Promise<Alerts> {
  const { database, logger, metrics } = foundation;
  const guard = createAddressGuard(options.outbound);
  const channels = createChannelStore(parts.box);
  const publisher = createEventPublisher(parts.bus);
  foundation.onClose(() => publisher.close());
  const clock = createReceiptClock(database, logger);
  await clock.ask();
  const requests = createRequestSender(guard, USER_AGENT);
  foundation.onClose(requests.close);
  const email = options.smtp && createEmailSender(options.smtp);
  if (email) foundation.onClose(email.close);
  const send = createSendToChannel({
    events: createEventSender(publisher, clock.nowMs),
    requests,
    email,
  });
  const waker = createWaker();
  const notifier = createNotifier({
    database,
    channels,
    send,
    retrySeconds: options.retrySeconds,
    metrics,
    logger,
    waker,
  });
  foundation.onClose(notifier.drain);
  foundation.runWorkers([
    clock,
    createEvaluator({
      ...parts,
      database,
      intervalMs: options.intervalMs,
      metrics,
      logger,
      onNotifications: waker.wake,
    }),
    notifier,
    createForgetOldAlerts(database, logger),
  ]);
  return {
    channels,
    guard,
    sendsEmail: email !== undefined,
    send,
    tests: createRateWindow({ name: 'alerttests', limit: TESTS_PER_MINUTE, windowMs: 60_000 }),
    publicUrl: parts.publicUrl,
  };
}
