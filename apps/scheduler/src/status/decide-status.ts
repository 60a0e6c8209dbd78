import type { ConnectionStatus } from '@hookline/contracts';

export interface StatusAndReason {
  readonly status: ConnectionStatus;
  /** A stable code; null if the status needs none. */
  readonly reason: string | null;
  /** While it is paused: all reasons, of which the first is `reason`. It goes on when none is left. */
  readonly pauses: readonly string[];
}

/**
 * What may change a status. `granted`: a person consented, or a token was imported. `refresh_failed`: not yet, it will
 * be tried again. `grant_dead`: only a new consent can help. `revoked`: the provider or the person said so.
 * `suspended`, `restored`: the provider said that the grant is of no use for now, and that it is again.
 * `app_faulty`: the provider refuses the application itself. `degraded`: works in part.
 */
export type StatusEvent =
  | 'granted'
  | 'refresh_failed'
  | 'refreshed'
  | 'grant_dead'
  | 'revoked'
  | 'suspended'
  | 'restored'
  | 'app_faulty'
  | 'app_repaired'
  | 'pause'
  | 'resume'
  | 'degraded'
  | 'healthy';

export const PAUSED_FOR_APP = 'app_misconfigured';
export const PAUSED_BY_REQUEST = 'requested';
export const PAUSED_BY_PROVIDER = 'suspended_at_provider';
/** The reason for which the tasks of a connection rest as long as it has no usable token, or is paused. */
export const CONNECTION_RESTS = 'connection';

/** Events that add a reason to pause. */
const BEGINS_PAUSE: Readonly<Partial<Record<StatusEvent, string>>> = {
  pause: PAUSED_BY_REQUEST,
  suspended: PAUSED_BY_PROVIDER,
  app_faulty: PAUSED_FOR_APP,
};

/** Events that take a reason to pause away. */
const ENDS_PAUSE: Readonly<Partial<Record<StatusEvent, string>>> = {
  resume: PAUSED_BY_REQUEST,
  restored: PAUSED_BY_PROVIDER,
  app_repaired: PAUSED_FOR_APP,
};

/**
 * From each status, the events that lead to another status, or to the same one with another reason. An event that is
 * not listed changes nothing. `needs_reauth` and `revoked` are left by a new grant only. An event that ends a pause
 * leads to `connected` if it takes the last reason away.
 */
export const STATUS_TRANSITIONS: Readonly<
  Record<ConnectionStatus, Readonly<Partial<Record<StatusEvent, ConnectionStatus>>>>
> = {
  connected: {
    granted: 'connected',
    refresh_failed: 'refreshing',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    suspended: 'paused',
    app_faulty: 'paused',
    pause: 'paused',
    degraded: 'degraded',
  },
  refreshing: {
    granted: 'connected',
    refresh_failed: 'refreshing',
    refreshed: 'connected',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    suspended: 'paused',
    app_faulty: 'paused',
    pause: 'paused',
  },
  degraded: {
    granted: 'connected',
    refresh_failed: 'refreshing',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    suspended: 'paused',
    app_faulty: 'paused',
    pause: 'paused',
    degraded: 'degraded',
    healthy: 'connected',
  },
  needs_reauth: { granted: 'connected', revoked: 'revoked' },
  revoked: { granted: 'connected' },
  paused: {
    granted: 'connected',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    suspended: 'paused',
    app_faulty: 'paused',
    pause: 'paused',
    restored: 'paused',
    app_repaired: 'paused',
    resume: 'paused',
  },
};

/**
 * The status after an event.
 * @param reason for the states that have one
 * @returns undefined if the event changes nothing
 */
export function decideStatus(
  from: StatusAndReason,
  event: StatusEvent,
  reason: string | null = null,
): StatusAndReason | undefined {
  const to = STATUS_TRANSITIONS[from.status][event];
  if (to === undefined) return undefined;
  const next = to === 'paused' ? toPaused(pausesAfter(from.pauses, event)) : describe(to, reason);
  const isSame =
    next.status === from.status && next.reason === from.reason && next.pauses.length === from.pauses.length;
  return isSame ? undefined : next;
}

function pausesAfter(pauses: readonly string[], event: StatusEvent): readonly string[] {
  const [begun, ended] = [BEGINS_PAUSE[event], ENDS_PAUSE[event]];
  if (begun !== undefined && !pauses.includes(begun)) return [...pauses, begun];
  return pauses.filter((pause) => pause !== ended);
}

function toPaused(pauses: readonly string[]): StatusAndReason {
  const [first] = pauses;
  return first === undefined ? describe('connected', null) : { status: 'paused', reason: first, pauses };
}

const describe = (status: ConnectionStatus, reason: string | null): StatusAndReason => ({
  status,
  reason: status === 'connected' ? null : reason,
  pauses: [],
});

/** The type of the event that tells a tenant of a change; undefined: the change is not told. */
export function announcementOf(from: StatusAndReason, to: StatusAndReason): string | undefined {
  if (from.status === to.status) return undefined;
  if (to.status === 'needs_reauth' || to.status === 'revoked') return `connection.${to.status}`;
  // The pauses of all connections of an application are told by one event.
  if (to.status === 'paused') return to.reason === PAUSED_FOR_APP ? undefined : 'connection.paused';
  // Only what was told as broken can be told as working again.
  const wasBroken =
    from.status === 'needs_reauth' || from.status === 'revoked' || from.reason === PAUSED_BY_PROVIDER;
  return wasBroken && to.status === 'connected' ? 'connection.recovered' : undefined;
}
