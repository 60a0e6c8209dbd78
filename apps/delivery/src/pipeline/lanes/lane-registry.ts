import type { RateLimit } from '@hookline/contracts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import { type LaneSignal, NOT_SENT } from '../delivery/lane-signal.ts';
import { type Shipment, shipmentOf } from '../delivery/shipment.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createFairQueue } from './fair-queue.ts';
import {
  capacityOf,
  FIRST_RAMP,
  isResponsive,
  isStruggling,
  LANE_TRANSITIONS,
  type LaneActivity,
  type LaneState,
  laneStateOf,
  nextSlots,
  type Slots,
} from './lane-decisions.ts';
import { concurrencyShare, createRateLimiter, type RateLimiter, type ReplicaShare } from './rate-limiter.ts';

/** The settings of an endpoint that its lane follows. */
export interface LaneEndpoint {
  tenantId: string;
  rateLimit: RateLimit | undefined;
  /** Its open deliveries end as failed without a request, so no limit applies to them. */
  deleted: boolean;
  /** Grows with each change. */
  version: number;
  /** When it was last switched on after it had been switched off: its lane then starts with one slot and ramps up. */
  resumedAtMs: number | undefined;
}

export interface LaneOptions {
  /** Requests in flight at once, over all lanes. */
  maxInFlight: number;
  /** Requests in flight at once to an endpoint that has not answered yet, or is not fast. */
  inFlightPerEndpoint: number;
  /** Requests in flight at once to an endpoint that is fast and does not fail. */
  maxInFlightPerEndpoint: number;
  /** Payload bytes of the deliveries in all lanes. */
  maxBufferedBytes: number;
  getEndpoint: (endpointId: string) => LaneEndpoint | undefined;
  share: () => ReplicaShare;
  /**
   * Makes one attempt, and resolves when its outcome has been given to the recorder. A rejection is a defect: it is
   * reported, and the attempt counts as not sent.
   */
  attempt: (shipment: Shipment) => Promise<LaneSignal>;
  /** Gives leased deliveries back to Postgres unsent, because their lane may not send for a while. */
  requeue: (shipment: Shipment) => void;
  /** Reports a rejected attempt, or a change of state that LANE_TRANSITIONS does not have. */
  onDefect: (error: unknown, endpointId: string) => void;
}

export interface LaneHealth {
  state: LaneState;
  inFlight: number;
  /** Requests that it may have in flight at once. */
  slots: number;
  /** Deliveries that wait in the lane, in memory. */
  waiting: number;
  /** While it may not send: when it may send again. */
  nextProbeAtMs: number | undefined;
  /** When its state last changed; undefined: never. */
  sinceMs: number | undefined;
}

export interface LaneRegistry {
  /**
   * Reserves capacity in an endpoint's lane for a delivery that is about to be leased.
   * @returns false when the lane or the memory is full, or the lane may not send: the delivery then waits in Postgres
   */
  reserve(endpointId: string, payloadBytes: number): boolean;
  /** Releases a reservation that was not used. */
  release(endpointId: string, payloadBytes: number): void;
  /** Adds a leased delivery, for which capacity was reserved. */
  submit(delivery: DueDelivery): void;
  /**
   * Adds claimed deliveries, whatever their size. If their lane turns out to have no capacity, because its limits were
   * not known before the claim, they are requeued.
   */
  submitClaimed(shipment: Shipment): void;
  /**
   * Resolves when the responsive lanes have few deliveries waiting, at the latest after MAX_PAUSE_MS. A delivery whose
   * lane has no capacity is written to Postgres and claimed later, twice the work of sending it at once. Unresponsive
   * lanes do not count: they would hold up all others.
   */
  waitForCapacity(): Promise<void>;
  /**
   * How many more deliveries each lane can take; a lane that is not in the map can take `capacityOfNewLane`. Applies
   * the limits as they are now: a lane that may not send any more has its waiting deliveries requeued, and a lane that
   * may send again sends.
   */
  capacityByLane(): Map<string, number>;
  readonly capacityOfNewLane: number;
  /** The free part of `maxBufferedBytes`; below 0 when a claim brought more bytes than were free. */
  readonly freeBytes: number;
  /** Tenants that hold as many bytes as are free: they get no more deliveries for now. */
  fullTenants(): string[];
  readonly inFlight: number;
  readonly waiting: number;
  /** Starts no request until `resume`, and requeues waiting deliveries. Requests in flight go on. Idempotent. */
  pause(): void;
  resume(): void;
  healthOf(endpointId: string): LaneHealth;
  countByState(): Record<LaneState, number>;
  /** Starts no more requests, and returns the waiting deliveries at once. `idle` waits for the requests in flight. */
  stop(): Shipment[];
  idle(): Promise<void>;
}

/** A lane with a rate limit holds what it can send in this time, so that a changed limit takes effect soon. */
const LIMITED_WAIT_MS = 1_000;
/** With more deliveries than this waiting in responsive lanes, fan-out pauses: JetStream holds the rest at no cost. */
const ENOUGH_WAITING = 500;
const MAX_PAUSE_MS = 250;
const MAX_REMEMBERED_LANES = 10_000;
const STALL_CHECK_INTERVAL_MS = 250;
/** The longest time for which a `Retry-After` stops a lane. */
const MAX_LANE_PAUSE_MS = 300_000;
/** A tenant may have so many times as many requests in flight as there are free slots: alone, three quarters of all. */
const TENANT_SHARE = 3;
/** A rate limiter counts in fractions. */
const ONE_TOKEN = 1 - 1e-9;

interface Tenant {
  id: string;
  lanes: number;
  inFlight: number;
  /** The part of `inFlight` in unresponsive lanes. */
  unresponsiveInFlight: number;
  heldBytes: number;
}

/** `averageMs` is a moving average. */
interface Lane extends Slots, LaneActivity {
  endpointId: string;
  tenantId: string;
  tenant: Tenant;
  /** Deliveries in flight, waiting and reserved. */
  held: number;
  waiting: Shipment[];
  /** As last decided by `isResponsive`. */
  isResponsive: boolean;
  breaker: Breaker;
  /** A probe is in flight. */
  probing: boolean;
  /** By `Retry-After`. */
  pausedUntilMs: number;
  limiter: RateLimiter | undefined;
  /** The limit that `limiter` enforces. */
  limit: RateLimit | undefined;
  shareCount: number;
  version: number | undefined;
  resumedAtMs: number | undefined;
  /** A hash of the endpoint's id. */
  number: number;
  /** As last observed. */
  state: LaneState;
  sinceMs: number | undefined;
}

/**
 * One lane per endpoint, so that a slow or unavailable endpoint delays no other. Each lane has its own number of slots
 * (see `nextSlots`), its rate limit and its breaker, and holds no more deliveries than it can send soon (`capacityOf`).
 *
 * A lane's state changes as follows. LANE_TRANSITIONS has the same changes; any other is reported to `onDefect`.
 *
 * | from | to | when | effect |
 * |---|---|---|---|
 * | `healthy` | `limited` | the receiver is strained or unreachable | half the slots |
 * | | | a `Retry-After` pauses the lane | waiting deliveries are requeued |
 * | | | the rate limit has no token left | the lane waits for the next token |
 * | | | the endpoint is switched on again | one slot, which ramps up |
 * | `limited` | `healthy` | the slots are back at `inFlightPerEndpoint`, the pause is over, a token is there | |
 * | | | the endpoint is deleted | no limit applies any more |
 * | `healthy`, `limited` | `open` | the breaker opens | waiting deliveries are requeued |
 * | `open` | `half_open` | the breaker's pause is over, or the endpoint was changed | the next delivery is a probe |
 * | `half_open` | `open` | the probe finds the receiver strained or unreachable | waiting deliveries are requeued |
 * | `open`, `half_open` | `limited` | an attempt is answered: the probe, or an earlier one | two slots, which ramp up |
 * | `open`, `half_open` | `healthy` | the same, where `inFlightPerEndpoint` is 1 or 2 | |
 * | | | the endpoint is deleted | a new breaker, and all slots |
 *
 * Independent of its state, a lane is responsive or not (`isResponsive`). It becomes unresponsive when its first
 * request is sent, when the receiver is strained or unreachable, or when the requests in flight get no answer. An
 * answer makes it responsive again.
 *
 * Lanes with something to send take turns, tenant by tenant. Some slots are always kept free for the next tenant: a
 * tenant may have TENANT_SHARE times as many requests in flight as there are free slots, and in unresponsive lanes (see
 * `isResponsive`) as many as there are free slots. For a tenant that is alone this is three quarters, and a half, of all
 * slots. The more tenants are sending, the less each may have, so unresponsive endpoints never use up all slots.
 */
export function createLaneRegistry(options: LaneOptions): LaneRegistry {
  const lanes = new Map<string, Lane>();
  const tenants = new Map<string, Tenant>();
  /** Lanes with a delivery waiting and a slot free. */
  const fairQueue = createFairQueue<Lane>();
  /** Lanes with a request in flight. */
  const busy = new Set<Lane>();
  /** Lanes that wait for their rate limit. */
  const limited = new Set<Lane>();
  let limitedTimer: NodeJS.Timeout | undefined;
  let limitedUntilMs = Number.POSITIVE_INFINITY;
  let inFlight = 0;
  let waiting = 0;
  /** The part of `waiting` in responsive lanes. */
  let responsiveWaiting = 0;
  let heldBytes = 0;
  let stopped = false;
  let paused = false;
  let onIdle: (() => void) | undefined;
  const slotBounds = { normal: options.inFlightPerEndpoint, max: options.maxInFlightPerEndpoint };
  const resumeFanOut = new Set<() => void>();
  const stallTimer = setInterval(() => {
    const nowMs = performance.now();
    for (const lane of busy) classify(lane, nowMs);
    wakeFanOut();
  }, STALL_CHECK_INTERVAL_MS).unref();

  function tenantOf(id: string): Tenant {
    let tenant = tenants.get(id);
    if (!tenant) {
      tenant = { id, lanes: 0, inFlight: 0, unresponsiveInFlight: 0, heldBytes: 0 };
      tenants.set(id, tenant);
    }
    return tenant;
  }

  /** The endpoint's lane, with the settings of the endpoint as they are now. */
  function laneOf(endpointId: string, tenantId?: string): Lane {
    const endpoint = options.getEndpoint(endpointId);
    let lane = lanes.get(endpointId);
    if (!lane) {
      const tenant = tenantOf(endpoint?.tenantId ?? tenantId ?? '');
      tenant.lanes++;
      lane = {
        endpointId,
        tenantId: tenant.id,
        tenant,
        inFlight: 0,
        slots: options.inFlightPerEndpoint,
        ramping: false,
        held: 0,
        waiting: [],
        averageMs: undefined,
        lastProgressAtMs: 0,
        isStruggling: false,
        isResponsive: true,
        breaker: createBreaker(Math.random),
        probing: false,
        pausedUntilMs: 0,
        limiter: undefined,
        limit: undefined,
        shareCount: 0,
        version: endpoint?.version,
        resumedAtMs: undefined,
        number: numberOf(endpointId),
        state: 'healthy',
        sinceMs: undefined,
      };
      lanes.set(endpointId, lane);
    }
    if (endpoint) adopt(lane, endpoint);
    return lane;
  }

  function adopt(lane: Lane, endpoint: LaneEndpoint): void {
    const share = options.share();
    const limit = endpoint.deleted ? undefined : endpoint.rateLimit;
    if (lane.limit !== limit || lane.shareCount !== share.count) {
      const nowMs = performance.now();
      lane.limiter =
        limit && (lane.limiter?.change(limit, share, nowMs) ?? createRateLimiter(limit, share, nowMs));
      lane.limit = limit;
      lane.shareCount = share.count;
    }
    if (lane.version !== endpoint.version) {
      lane.version = endpoint.version;
      lane.pausedUntilMs = 0;
      if (endpoint.deleted) {
        lane.breaker = createBreaker(Math.random);
        lane.slots = options.inFlightPerEndpoint;
      } else lane.breaker.probeNow(performance.now());
    }
    if (lane.resumedAtMs !== endpoint.resumedAtMs) {
      lane.resumedAtMs = endpoint.resumedAtMs;
      if (endpoint.resumedAtMs !== undefined) Object.assign(lane, FIRST_RAMP);
    }
  }

  function slotsOf(lane: Lane): number {
    const concurrency = lane.limit?.concurrency;
    const slots = Math.floor(lane.slots);
    if (concurrency === undefined) return slots;
    return Math.min(slots, concurrencyShare(concurrency, options.share(), lane.number));
  }

  /** How many more deliveries it can take now. */
  function freeCapacityOf(lane: Lane, nowMs: number): number {
    if (paused || stopped || lane.pausedUntilMs > nowMs) return 0;
    const notInFlight = lane.held - lane.inFlight;
    const state = lane.breaker.stateAt(nowMs);
    if (state === 'open') return 0;
    const slots = slotsOf(lane);
    if (slots === 0) return 0;
    let capacity =
      state === 'half_open' ? (lane.probing ? 0 : 1 - notInFlight) : freeCapacityOfClosed(lane, slots);
    if (lane.limiter) {
      const soon = Math.floor(lane.limiter.available(nowMs) + lane.limiter.perMs * LIMITED_WAIT_MS + 1e-9);
      capacity = Math.min(capacity, soon - notInFlight);
    }
    return Math.max(0, capacity);
  }

  function freeCapacityOfClosed(lane: Lane, slots: number): number {
    const exact = slots < Math.floor(lane.slots) ? slots : lane.slots;
    return capacityOf(exact, lane.averageMs) - lane.held;
  }

  function hold(lane: Lane, bytes: number): void {
    lane.held++;
    heldBytes += bytes;
    lane.tenant.heldBytes += bytes;
  }

  function drop(lane: Lane, bytes: number): void {
    lane.held--;
    heldBytes -= bytes;
    lane.tenant.heldBytes -= bytes;
    // The number of idle lanes in memory is bounded. A lane that limits its endpoint stays.
    if (lane.held > 0 || lane.limit || lanes.size <= MAX_REMEMBERED_LANES) return;
    if (observe(lane, performance.now()) !== 'healthy') return;
    lanes.delete(lane.endpointId);
    if (--lane.tenant.lanes === 0) tenants.delete(lane.tenantId);
  }

  /** Whether a request of the lane may start now. If only the rate limit forbids it, the lane waits for the limit. */
  function mayStart(lane: Lane, nowMs: number): boolean {
    if (lane.waiting.length === 0 || paused || stopped || lane.pausedUntilMs > nowMs) return false;
    const state = lane.breaker.stateAt(nowMs);
    if (state === 'open' || (state === 'half_open' && lane.probing)) return false;
    if (state === 'closed' && lane.inFlight >= slotsOf(lane)) return false;
    if (lane.limiter && lane.limiter.available(nowMs) < ONE_TOKEN) {
      waitForLimit(lane, lane.limiter, nowMs);
      return false;
    }
    return true;
  }

  /** Enqueues the lane when its rate limit lets the next request start. All lanes share one timer. */
  function waitForLimit(lane: Lane, limiter: RateLimiter, nowMs: number): void {
    limited.add(lane);
    const atMs = limiter.nextAtMs(nowMs);
    if (stopped || atMs >= limitedUntilMs) return;
    clearTimeout(limitedTimer);
    limitedUntilMs = atMs;
    limitedTimer = setTimeout(
      () => {
        limitedUntilMs = Number.POSITIVE_INFINITY;
        const lanesToSee = [...limited];
        limited.clear();
        // A lane whose limit still forbids a request waits again.
        for (const each of lanesToSee) enqueue(each);
        pump();
      },
      Math.max(1, Math.ceil(atMs - nowMs)),
    ).unref();
  }

  function enqueue(lane: Lane): void {
    if (mayStart(lane, performance.now())) fairQueue.add(lane);
  }

  /** Sets whether the lane is responsive, and corrects the counts that depend on it. */
  function classify(lane: Lane, nowMs: number): void {
    const responsive = isResponsive(lane, nowMs);
    if (responsive === lane.isResponsive) return;
    fairQueue.remove(lane);
    lane.isResponsive = responsive;
    lane.tenant.unresponsiveInFlight += responsive ? -lane.inFlight : lane.inFlight;
    responsiveWaiting += responsive ? lane.waiting.length : -lane.waiting.length;
    enqueue(lane);
  }

  function mayHaveMore(tenantId: string, responsive: boolean): boolean {
    const tenant = tenantOf(tenantId);
    const free = options.maxInFlight - inFlight;
    return tenant.inFlight < TENANT_SHARE * free && (responsive || tenant.unresponsiveInFlight < free);
  }

  function pump(): void {
    while (!stopped && inFlight < options.maxInFlight) {
      const lane = fairQueue.next(mayHaveMore);
      if (!lane) return;
      // Its limits may have changed since it entered the queue.
      if (!mayStart(laneOf(lane.endpointId), performance.now())) continue;
      const shipment = lane.waiting.shift() as Shipment;
      waiting--;
      if (lane.isResponsive) responsiveWaiting--;
      void run(lane, shipment);
      enqueue(lane);
    }
  }

  async function run(lane: Lane, shipment: Shipment): Promise<void> {
    const startMs = performance.now();
    const { tenant } = lane;
    if (lane.inFlight === 0) {
      lane.lastProgressAtMs = startMs;
      busy.add(lane);
    }
    lane.inFlight++;
    inFlight++;
    tenant.inFlight++;
    if (!lane.isResponsive) tenant.unresponsiveInFlight++;
    lane.limiter?.take(startMs);
    const isProbe = lane.breaker.stateAt(startMs) === 'half_open';
    if (isProbe) lane.probing = true;
    classify(lane, startMs);

    let signal: LaneSignal;
    try {
      signal = await options.attempt(shipment);
    } catch (error) {
      options.onDefect(error, lane.endpointId);
      signal = NOT_SENT;
    }

    lane.inFlight--;
    inFlight--;
    tenant.inFlight--;
    if (!lane.isResponsive) tenant.unresponsiveInFlight--;
    if (lane.inFlight === 0) busy.delete(lane);
    if (isProbe) lane.probing = false;
    if (signal.condition === 'not_sent') lane.limiter?.refund();
    else learn(lane, signal.condition, signal.pauseMs, startMs);
    classify(lane, performance.now());
    drop(lane, shipment.bytes);
    enqueue(lane);
    pump();
    if (inFlight === 0) onIdle?.();
    wakeFanOut();
  }

  function learn(
    lane: Lane,
    condition: Exclude<LaneSignal['condition'], 'not_sent'>,
    pauseMs: number | undefined,
    startMs: number,
  ): void {
    const nowMs = performance.now();
    const tookMs = Math.max(1, nowMs - startMs);
    lane.averageMs = lane.averageMs === undefined ? tookMs : lane.averageMs * 0.9 + tookMs * 0.1;
    lane.lastProgressAtMs = nowMs;
    lane.isStruggling = isStruggling(condition);
    const change = lane.breaker.note(condition, startMs, nowMs);
    if (change === 'closed') {
      Object.assign(lane, FIRST_RAMP);
      lane.averageMs = tookMs;
    }
    const activity = { averageMs: lane.averageMs, isAnyWaiting: lane.waiting.length > 0 };
    Object.assign(lane, nextSlots(lane, condition, activity, slotBounds));
    if (pauseMs !== undefined) {
      lane.pausedUntilMs = Math.max(lane.pausedUntilMs, nowMs + Math.min(pauseMs, MAX_LANE_PAUSE_MS));
    }
    if (change === 'opened' || lane.pausedUntilMs > nowMs) requeueWaiting(lane);
    observe(lane, nowMs);
  }

  function requeueWaiting(lane: Lane): void {
    fairQueue.remove(lane);
    for (const shipment of removeWaiting(lane)) {
      options.requeue(shipment);
      drop(lane, shipment.bytes);
    }
  }

  function removeWaiting(lane: Lane): Shipment[] {
    const removed = lane.waiting.splice(0);
    waiting -= removed.length;
    if (lane.isResponsive) responsiveWaiting -= removed.length;
    return removed;
  }

  /** Updates the lane's state, and the time since when it has it. */
  function observe(lane: Lane, nowMs: number): LaneState {
    const state = laneStateOf({
      breaker: lane.breaker.stateAt(nowMs),
      isPaused: lane.pausedUntilMs > nowMs,
      isAtRateLimit: lane.limiter !== undefined && lane.limiter.available(nowMs) < ONE_TOKEN,
      slots: lane.slots,
      normalSlots: options.inFlightPerEndpoint,
    });
    if (state === lane.state) return state;
    if (!LANE_TRANSITIONS[lane.state].includes(state)) {
      options.onDefect(new Error(`a lane went from ${lane.state} to ${state}`), lane.endpointId);
    }
    lane.state = state;
    lane.sinceMs = Date.now();
    return state;
  }

  function submit(shipment: Shipment): void {
    const lane = laneOf(shipment.endpointId, shipment.tenantId);
    lane.waiting.push(shipment);
    waiting++;
    if (lane.isResponsive) responsiveWaiting++;
    // The lane may have been stopped since the reservation.
    const nowMs = performance.now();
    if (paused || lane.breaker.stateAt(nowMs) === 'open' || lane.pausedUntilMs > nowMs) requeueWaiting(lane);
    enqueue(lane);
    pump();
  }

  /**
   * Requeues the waiting deliveries of lanes whose share of a concurrency limit has become 0, because another replica
   * has started or the limit was lowered, and enqueues lanes whose share has come back. Neither kind has a request in
   * flight whose end would do it.
   */
  function followLimits(): void {
    for (const { endpointId } of lanes.values()) {
      const lane = laneOf(endpointId);
      if (lane.waiting.length === 0) continue;
      if (slotsOf(lane) === 0) requeueWaiting(lane);
      else enqueue(lane);
    }
    pump();
  }

  function wakeFanOut(): void {
    if (responsiveWaiting < ENOUGH_WAITING) for (const resume of resumeFanOut) resume();
  }

  return {
    reserve(endpointId, payloadBytes) {
      const lane = laneOf(endpointId);
      const freeBytes = options.maxBufferedBytes - heldBytes;
      if (payloadBytes > freeBytes || lane.tenant.heldBytes + payloadBytes > freeBytes) return false;
      if (freeCapacityOf(lane, performance.now()) < 1) return false;
      hold(lane, payloadBytes);
      return true;
    },
    release(endpointId, payloadBytes) {
      drop(laneOf(endpointId), payloadBytes);
    },
    submit: (delivery) => submit(shipmentOf([delivery])),
    submitClaimed(shipment) {
      const lane = laneOf(shipment.endpointId, shipment.tenantId);
      const isHeldBack = lane.limit !== undefined || lane.breaker.stateAt(performance.now()) !== 'closed';
      if (paused || (isHeldBack && freeCapacityOf(lane, performance.now()) < 1)) {
        options.requeue(shipment);
        return;
      }
      hold(lane, shipment.bytes);
      submit(shipment);
    },
    async waitForCapacity() {
      if (responsiveWaiting < ENOUGH_WAITING || stopped) return;
      await new Promise<void>((resolve) => {
        const resume = () => {
          clearTimeout(timer);
          resumeFanOut.delete(resume);
          resolve();
        };
        const timer = setTimeout(resume, MAX_PAUSE_MS);
        resumeFanOut.add(resume);
      });
    },
    capacityByLane() {
      followLimits();
      const capacities = new Map<string, number>();
      const nowMs = performance.now();
      for (const { endpointId } of lanes.values())
        capacities.set(endpointId, freeCapacityOf(laneOf(endpointId), nowMs));
      return capacities;
    },
    capacityOfNewLane: capacityOf(options.inFlightPerEndpoint, undefined),
    get freeBytes() {
      return options.maxBufferedBytes - heldBytes;
    },
    fullTenants() {
      const freeBytes = options.maxBufferedBytes - heldBytes;
      return [...tenants.values()].filter((tenant) => tenant.heldBytes >= freeBytes).map(({ id }) => id);
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiting;
    },
    pause() {
      if (paused) return;
      paused = true;
      for (const lane of lanes.values()) if (lane.waiting.length > 0) requeueWaiting(lane);
    },
    resume() {
      paused = false;
    },
    healthOf(endpointId) {
      if (!lanes.has(endpointId)) {
        const slots = options.inFlightPerEndpoint;
        return {
          state: 'healthy',
          inFlight: 0,
          slots,
          waiting: 0,
          nextProbeAtMs: undefined,
          sinceMs: undefined,
        };
      }
      const lane = laneOf(endpointId);
      const nowMs = performance.now();
      const state = observe(lane, nowMs);
      const againAtMs = Math.max(lane.breaker.probeAtMs ?? 0, lane.pausedUntilMs);
      return {
        state,
        inFlight: lane.inFlight,
        slots: state === 'open' ? 0 : state === 'half_open' ? 1 : slotsOf(lane),
        waiting: lane.waiting.length,
        nextProbeAtMs: againAtMs > nowMs ? Date.now() + (againAtMs - nowMs) : undefined,
        sinceMs: lane.sinceMs,
      };
    },
    countByState() {
      const counts: Record<LaneState, number> = { healthy: 0, limited: 0, open: 0, half_open: 0 };
      const nowMs = performance.now();
      for (const lane of lanes.values()) counts[observe(lane, nowMs)]++;
      return counts;
    },
    stop() {
      stopped = true;
      clearInterval(stallTimer);
      clearTimeout(limitedTimer);
      return [...lanes.values()].flatMap(removeWaiting);
    },
    async idle() {
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
  };
}

/** FNV-1a. */
function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
