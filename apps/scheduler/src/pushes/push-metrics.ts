import type { GrantChange } from '@hookline/providers';
import { Counter, type Registry } from '@hookline/service';

/**
 * `events`: became an event of each connection. `polled`: made polls run. `withheld`: all connections that it is for are
 * paused or without a grant. `revoked`, `suspended`, `restored`: changed what grants are good for. `unrouted`: is for no
 * connection. `refused`: could not become an event.
 */
export type PushOutcome =
  | 'events'
  | 'polled'
  | 'withheld'
  | GrantChange['change']
  | 'notice'
  | 'unrouted'
  | 'refused';

export interface PushMetrics {
  observe(provider: string, outcome: PushOutcome): void;
}

export function createPushMetrics(registry: Registry): PushMetrics {
  const pushes = new Counter({
    name: 'hookline_scheduler_pushes_total',
    help: 'Pushes to OAuth applications and messages about watches, by what came of them',
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  });
  return { observe: (provider, outcome) => pushes.inc({ provider, outcome }) };
}
