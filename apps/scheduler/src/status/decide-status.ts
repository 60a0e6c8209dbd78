import type { ConnectionStatus } from '@hookline/contracts';

export interface StatusAndReason {
  readonly status: ConnectionStatus;
  /** A stable code; null if the status needs none. */
  readonly reason: string | null;
  /** While it is paused: all reasons, of which the first is `reason`. It goes on when none is left. */
  readonly pauses: readonly string[];
}

/** The status that the stored facts give a connection that is not paused and needs no new consent. */
export interface WorkingStatus {
  readonly status: 'connected' | 'refreshing' | 'degraded';
  readonly reason: string | null;
}

/**
 * What may change a status. `granted`: a person consented, or a token was imported. `grant_dead`: only a new consent can
 * help. `revoked`: the provider or the person said so. `suspended`, `restored`: the provider said that the grant is of no
 * use for now, and that it is again. `app_faulty`: the provider refuses the application itself. `facts_changed`: what is
 * stored of its tokens, polls or watches may be different.
 */
export type StatusEvent =
  | 'granted'
  | 'grant_dead'
  | 'revoked'
  | 'suspended'
  | 'restored'
  | 'app_faulty'
  | 'app_repaired'
  | 'pause'
  | 'resume'
  | 'facts_changed';

export const PAUSED_FOR_APP = 'app_misconfigured';
export const PAUSED_BY_REQUEST = 'requested';
export const PAUSED_BY_PROVIDER = 'suspended_at_provider';
/** The reason of a connection by an application that its account has installed nowhere: nothing is pushed. */
export const APP_NOT_INSTALLED = 'app_not_installed';
/** The reason for which the tasks of a connection rest as long as it has no usable token, or is paused. */
export const CONNECTION_RESTS = 'connection';

/** Only a new grant helps. */
export const ENDED_STATUSES = ['needs_reauth', 'revoked'] as const satisfies readonly ConnectionStatus[];
/** In these statuses nothing is asked of the provider. */
export const RESTING_STATUSES = [...ENDED_STATUSES, 'paused'] as const satisfies readonly ConnectionStatus[];

export const isEnded = (status: ConnectionStatus): boolean =>
  (ENDED_STATUSES as readonly string[]).includes(status);
export const isResting = (status: ConnectionStatus): boolean =>
  (RESTING_STATUSES as readonly string[]).includes(status);

/**
 * Whether pushes become events of a connection: not after its grant has ended, and not while a call has paused it. Other
 * pauses stop none: the provider itself pushes nothing to what it has suspended, and a wrong client secret must lose no
 * event.
 */
export const receivesPushes = ({ status, pauses }: Pick<StatusAndReason, 'status' | 'pauses'>): boolean =>
  !isEnded(status) && !pauses.includes(PAUSED_BY_REQUEST);

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
 * The status after an event. `needs_reauth` and `revoked` are left by a new grant only. A connection with a reason to
 * pause is paused. Every other connection has the status that the facts give it.
 * @param reason for `grant_dead` and `revoked`
 * @returns undefined if the event changes nothing
 */
export function decideStatus(
  from: StatusAndReason,
  event: StatusEvent,
  working: WorkingStatus,
  reason: string | null = null,
): StatusAndReason | undefined {
  const next = statusAfter(from, event, working, reason);
  const isSame =
    next.status === from.status && next.reason === from.reason && next.pauses.length === from.pauses.length;
  return isSame ? undefined : next;
}

function statusAfter(
  from: StatusAndReason,
  event: StatusEvent,
  working: WorkingStatus,
  reason: string | null,
): StatusAndReason {
  // The facts of the earlier grant say nothing of the new one.
  if (event === 'granted') return { status: 'connected', reason: null, pauses: [] };
  if (event === 'revoked' && from.status !== 'revoked') return { status: 'revoked', reason, pauses: [] };
  if (isEnded(from.status)) return from;
  if (event === 'grant_dead') return { status: 'needs_reauth', reason, pauses: [] };
  const pauses = pausesAfter(from.pauses, event);
  const [first] = pauses;
  return first === undefined ? { ...working, pauses } : { status: 'paused', reason: first, pauses };
}

function pausesAfter(pauses: readonly string[], event: StatusEvent): readonly string[] {
  const [begun, ended] = [BEGINS_PAUSE[event], ENDS_PAUSE[event]];
  if (begun !== undefined) return pauses.includes(begun) ? pauses : [...pauses, begun];
  return pauses.filter((pause) => pause !== ended);
}

/** The type of the event that tells a tenant of a change; undefined: the change is not told. */
export function announcementOf(from: StatusAndReason, to: StatusAndReason): string | undefined {
  if (from.status === to.status) return undefined;
  if (isEnded(to.status)) return `connection.${to.status}`;
  // The pauses of all connections of an application are told by one event.
  if (to.status === 'paused') return to.reason === PAUSED_FOR_APP ? undefined : 'connection.paused';
  // Only what was told as broken can be told as working again.
  return isEnded(from.status) || from.reason === PAUSED_BY_PROVIDER ? 'connection.recovered' : undefined;
}
