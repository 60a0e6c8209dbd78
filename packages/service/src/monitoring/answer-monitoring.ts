import { randomBytes } from 'node:crypto';
import type { Bus } from '@hookline/bus';
import { MONITORING_SUBJECT, type ReplicaReport } from '@hookline/contracts';
import type { Foundation } from '../foundation.ts';
import type { Readiness } from '../health.ts';
import { readReported } from './read-reported.ts';
import { REPORTED_METRICS } from './reported-metrics.ts';

/** The checks of a service ask its servers: they are made at most this often. */
const CHECKED_EVERY_MS = 5_000;

/** Answers the gateways' questions for the report of this replica, from memory. */
export function answerMonitoring(bus: Bus, foundation: Foundation): void {
  const { name, health, metrics, logger } = foundation;
  const replica = randomBytes(6).toString('hex');
  let checked: { at: number; readiness: Promise<Readiness> } | undefined;

  function readiness(): Promise<Readiness> {
    const now = performance.now();
    if (!checked || now - checked.at > CHECKED_EVERY_MS) checked = { at: now, readiness: health.readiness() };
    return checked.readiness;
  }

  async function report(): Promise<ReplicaReport> {
    const [{ ready, checks }, read] = await Promise.all([
      readiness(),
      readReported(metrics, REPORTED_METRICS[name]),
    ]);
    return {
      service: name,
      replica,
      uptimeSeconds: Math.round(process.uptime()),
      memoryBytes: process.memoryUsage.rss(),
      ready: ready && !health.draining,
      failing: Object.entries(checks).flatMap(([check, { ok }]) => (ok ? [] : [check])),
      metrics: read,
    };
  }

  bus.connection.subscribe(MONITORING_SUBJECT, {
    callback(error, message) {
      if (error) return;
      report().then(
        (answer) => message.respond(JSON.stringify(answer)),
        (reason: unknown) => logger.warn({ err: reason }, 'the report for monitoring could not be made'),
      );
    },
  });
}
