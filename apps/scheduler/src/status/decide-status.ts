import type { ConnectionStatus } from '@hookline/contracts';

export interface StatusAndReason {
  readonly status: ConnectionStatus;
  /** A stable code; null if the status needs none. */
  readonly reason: string | null;
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

/** A status, with the kinds of a pause apart. */
export type StatusState =
  | Exclude<ConnectionStatus, 'paused'>
  | 'paused_by_request'
  | 'paused_by_provider'
  | 'paused_for_app';

export const PAUSED_FOR_APP = 'app_misconfigured';
export const PAUSED_BY_REQUEST = 'requested';
export const PAUSED_BY_PROVIDER = 'suspended_at_provider';
/** The reason for which the tasks of a connection rest as long as it has no usable token, or is paused. */
export const CONNECTION_RESTS = 'connection';

/**
 * From each state, the events that lead to another state, or to the same state with another reason. An event that is
 * not listed changes nothing. `needs_reauth` and `revoked` are left by a new grant only.
 */
export const STATUS_TRANSITIONS: Readonly<
  Record<StatusState, Readonly<Partial<Record<StatusEvent, StatusState>>>>
> = {
  connected: {
    granted: 'connected',
    refresh_failed: 'refreshing',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    suspended: 'paused_by_provider',
    app_faulty: 'paused_for_app',
    pause: 'paused_by_request',
    degraded: 'degraded',
  },
  refreshing: {
    granted: 'connected',
    refresh_failed: 'refreshing',
    refreshed: 'connected',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    suspended: 'paused_by_provider',
    app_faulty: 'paused_for_app',
    pause: 'paused_by_request',
  },
  degraded: {
    granted: 'connected',
    refresh_failed: 'refreshing',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    suspended: 'paused_by_provider',
    app_faulty: 'paused_for_app',
    pause: 'paused_by_request',
    degraded: 'degraded',
    healthy: 'connected',
  },
  needs_reauth: { granted: 'connected', revoked: 'revoked' },
  revoked: { granted: 'connected' },
  paused_by_request: {
    granted: 'connected',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    resume: 'connected',
  },
  paused_by_provider: {
    granted: 'connected',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    restored: 'connected',
  },
  paused_for_app: {
    granted: 'connected',
    grant_dead: 'needs_reauth',
    revoked: 'revoked',
    app_repaired: 'connected',
  },
};

export function stateOf({ status, reason }: StatusAndReason): StatusState {
  if (status !== 'paused') return status;
  if (reason === PAUSED_FOR_APP) return 'paused_for_app';
  return reason === PAUSED_BY_PROVIDER ? 'paused_by_provider' : 'paused_by_request';
}

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
  const to = STATUS_TRANSITIONS[stateOf(from)][event];
  if (to === undefined) return undefined;
  const next = describe(to, reason);
  return next.status === from.status && next.reason === from.reason ? undefined : next;
}

function describe(state: StatusState, reason: string | null): StatusAndReason {
  if (state === 'paused_for_app') return { status: 'paused', reason: PAUSED_FOR_APP };
  if (state === 'paused_by_provider') return { status: 'paused', reason: PAUSED_BY_PROVIDER };
  if (state === 'paused_by_request') return { status: 'paused', reason: PAUSED_BY_REQUEST };
  return { status: state, reason: state === 'connected' ? null : reason };
}

/** The type of the event that tells a tenant of a change; undefined: the change is not told. */
export function announcementOf(from: StatusAndReason, to: StatusAndReason): string | undefined {
  if (from.status === to.status) return undefined;
  if (to.status === 'needs_reauth' || to.status === 'revoked') return `connection.${to.status}`;
  const state = stateOf(to);
  if (state === 'paused_by_request' || state === 'paused_by_provider') return 'connection.paused';
  // Only what was told as broken can be told as working again.
  const wasBroken =
    from.status === 'needs_reauth' || from.status === 'revoked' || stateOf(from) === 'paused_by_provider';
  return wasBroken && to.status === 'connected' ? 'connection.recovered' : undefined;
}
