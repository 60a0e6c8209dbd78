import type { RateLimit } from '@hookline/contracts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import { type LaneSignal, NOT_SENT } from '../delivery/lane-signal.ts';
import { type Shipment, shipmentOf } from '../delivery/shipment.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createFairQueue } from './fair-queue.ts';
import { concurrencyShare, createRateLimiter, type RateLimiter, type ReplicaShare } from './rate-limiter.ts';

/** What a lane needs to know of its endpoint. */
export interface LaneEndpoint {
  tenantId: string;
  rateLimit: RateLimit | undefined;
  /** Nothing is sent to it any more: what is open ends as failed, and has nothing to wait for. */
  deleted: boolean;
  /** Grows with each change. */
  version: number;
  /** When it was last switched on again after it had been switched off: what has gathered goes out ramped. */
  resumedAtMs: number | undefined;
}

export interface LaneOptions {
  /** Requests under way at once, over all lanes. */
  maxInFlight: number;
  /** Requests under way at once to an endpoint that nobody knows yet, or that is not fast. */
  inFlightPerEndpoint: number;
  /** The most that an endpoint which is fast and never fails may come to. */
  maxInFlightPerEndpoint: number;
  /** Payload bytes held for deliveries that wait in their lane. */
  maxBufferedBytes: number;
  getEndpoint: (endpointId: string) => LaneEndpoint | undefined;
  share: () => ReplicaShare;
  /**
   * Makes one attempt and resolves when its outcome is safely on its way to Postgres. One that rejects is a defect, and
   * counts as not sent: its slot is free again.
   */
  attempt: (shipment: Shipment) => Promise<LaneSignal>;
  /** Gives leased deliveries back to Postgres, unsent: their lane may not send for a while. */
  requeue: (shipment: Shipment) => void;
}

/**
 * `healthy`; `limited`: it sends, but held back by its rate limit, a `Retry-After` or signs of strain; `open` and
 * `half_open`: see the breaker.
 */
export type LaneState = 'healthy' | 'limited' | 'open' | 'half_open';
export const LANE_STATES: readonly LaneState[] = ['healthy', 'limited', 'open', 'half_open'];

export interface LaneHealth {
  state: LaneState;
  inFlight: number;
  /** Requests it may have under way at once. */
  slots: number;
  /** In memory. */
  waiting: number;
  /** When it may send again, while it may not. */
  nextProbeAtMs: number | undefined;
  /** When it came into its state; undefined when it has been in it from the start. */
  sinceMs: number | undefined;
}

export interface LaneRegistry {
  /**
   * Takes a place in an endpoint's lane for a delivery that is about to be leased.
   * @returns false when the lane or the memory is full, or the lane may not send: the delivery then waits in Postgres
   */
  reserve(endpointId: string, payloadBytes: number): boolean;
  /** Gives a place back that was not used. */
  release(endpointId: string, payloadBytes: number): void;
  /** Puts a leased delivery into the place that was reserved for it. */
  submit(delivery: DueDelivery): void;
  /**
   * Puts what was claimed for the room of its lane into it, whatever its size. A lane that turns out to
   * have none, because nobody knew its limits before, gives it back.
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
  /** Of `maxBufferedBytes`; below 0 when a claim brought more than there was room for. */
  readonly freeBytes: number;
  /** Tenants that hold as many bytes as are free, and so get no more for now. */
  fullTenants(): string[];
  readonly inFlight: number;
  readonly waiting: number;
  /** Starts nothing until `resume`, and gives back what waits. What is under way goes on. Idempotent. */
  pause(): void;
  resume(): void;
  healthOf(endpointId: string): LaneHealth;
  countByState(): Record<LaneState, number>;
  /** Starts nothing more. Returns what was still waiting, at once; `idle` then waits for what is under way. */
  stop(): Shipment[];
  idle(): Promise<void>;
}

/** What waits in a lane should be on its way within this time; else it is better off in Postgres. */
const TARGET_WAIT_MS = 5_000;
/** The same for a lane with a rate limit: a new limit must not have to wait for what the old one let in. */
const LIMITED_WAIT_MS = 1_000;
const MAX_WAITING_PER_LANE = 2_000;
/** For an endpoint nobody has heard from yet, as a multiple of its slots: it may turn out to hang. */
const FIRST_GUESS = 3;
/** With more deliveries than this waiting in responsive lanes, fan-out pauses: JetStream holds the rest at no cost. */
const ENOUGH_WAITING = 500;
const MAX_PAUSE_MS = 250;
const MAX_REMEMBERED_LANES = 10_000;
/** An answer within this time is a fast one: such a receiver can be asked for more at once. */
const FAST_MS = 100;
/** A lane that has had no answer for so long, and for three times as long as they take, hangs. */
const STALLED_MS = 1_000;
const STALLED_AVERAGES = 3;
const LOOK_FOR_STALLS_MS = 250;
/** The longest a `Retry-After` stops a whole lane. */
const MAX_LANE_PAUSE_MS = 300_000;
/** How many times what is free a tenant may hold: alone, three quarters of everything. */
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

interface Lane {
  endpointId: string;
  tenantId: string;
  tenant: Tenant;
  inFlight: number;
  /** Requests that it may have in flight; adapted to the receiver's answers. */
  slots: number;
  /** After an outage: each success adds a slot, so that they double from round to round. */
  ramping: boolean;
  /** Places taken: in flight, waiting, and reserved. */
  taken: number;
  waiting: Shipment[];
  /** Moving average of how long an attempt takes; undefined before the first has ended. */
  averageMs: number | undefined;
  /** When the last answer came, or the first request after a lull was sent. */
  lastProgressAtMs: number;
  /** The last attempt found the receiver strained, or out of reach. */
  troubled: boolean;
  /** Its receiver answers, or its first request is about to be sent and will tell. */
  isResponsive: boolean;
  breaker: Breaker;
  probing: boolean;
  /** By `Retry-After`. */
  pausedUntilMs: number;
  limiter: RateLimiter | undefined;
  /** What `limiter` was made for. */
  limit: RateLimit | undefined;
  shareCount: number;
  version: number | undefined;
  resumedAtMs: number | undefined;
  /** Evenly spread over endpoints. */
  number: number;
  state: LaneState;
  sinceMs: number | undefined;
}

/**
 * One lane per endpoint, so that a slow or dead endpoint delays no other: each has its own cap on requests under
 * way, which grows while the receiver is fast and halves when it strains (AIMD), its rate limit and its breaker, and
 * holds no more deliveries than it can send in TARGET_WAIT_MS.
 *
 * Lanes with something to send take turns, tenant by tenant. Some slots are always kept free for the next tenant: a
 * tenant may have TENANT_SHARE times as many requests in flight as there are free slots, and in unresponsive lanes (see
 * `isResponsive`) as many as there are free slots. Alone that is three quarters and a half of everything; the
 * more tenants hold something, the less for each, so that no endpoints that hang use up the slots of all.
 */
export function createLaneRegistry(options: LaneOptions): LaneRegistry {
  const lanes = new Map<string, Lane>();
  const tenants = new Map<string, Tenant>();
  /** Lanes with a delivery waiting and a slot free. */
  const fairQueue = createFairQueue<Lane>();
  /** Lanes with a request under way. */
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
  const resumeFanOut = new Set<() => void>();
  const stallTimer = setInterval(() => {
    const nowMs = performance.now();
    for (const lane of busy) classify(lane, nowMs);
    wakeFanOut();
  }, LOOK_FOR_STALLS_MS).unref();

  function tenantOf(id: string): Tenant {
    let tenant = tenants.get(id);
    if (!tenant) {
      tenant = { id, lanes: 0, inFlight: 0, unresponsiveInFlight: 0, heldBytes: 0 };
      tenants.set(id, tenant);
    }
    return tenant;
  }

  /** The lane, in keeping with its endpoint's settings as they are now. */
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
        taken: 0,
        waiting: [],
        averageMs: undefined,
        lastProgressAtMs: 0,
        troubled: false,
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
      if (endpoint.resumedAtMs !== undefined) ramp(lane);
    }
  }

  /** As in TCP's slow start: one request, then two, four … */
  function ramp(lane: Lane): void {
    lane.slots = 1;
    lane.ramping = true;
  }

  /** One more for each round of good and fast answers to a busy lane; half as many after a sign of strain. */
  function adapt(lane: Lane, condition: LaneSignal['condition']): void {
    if (condition === 'strained' || condition === 'unreachable') {
      lane.slots = Math.max(1, lane.slots / 2);
      lane.ramping = false;
      return;
    }
    if (lane.ramping) {
      lane.slots = Math.min(options.inFlightPerEndpoint, lane.slots + 1);
      if (lane.slots >= options.inFlightPerEndpoint) lane.ramping = false;
      return;
    }
    if (condition !== 'good') return;
    const wantsMore = lane.waiting.length > 0 && (lane.averageMs ?? 0) < FAST_MS;
    const most = wantsMore ? options.maxInFlightPerEndpoint : options.inFlightPerEndpoint;
    if (lane.slots < most) lane.slots = Math.min(most, lane.slots + 1 / lane.slots);
  }

  function slotsOf(lane: Lane): number {
    const concurrency = lane.limit?.concurrency;
    const slots = Math.floor(lane.slots);
    if (concurrency === undefined) return slots;
    return Math.min(slots, concurrencyShare(concurrency, options.share(), lane.number));
  }

  const capacityOf = (slots: number, averageMs: number | undefined) =>
    averageMs === undefined
      ? Math.ceil(slots * FIRST_GUESS)
      : Math.floor(slots + Math.min(MAX_WAITING_PER_LANE, (slots * TARGET_WAIT_MS) / averageMs));

  /** How many more deliveries it may take now. */
  function freeCapacityOf(lane: Lane, nowMs: number): number {
    if (paused || stopped || lane.pausedUntilMs > nowMs) return 0;
    const held = lane.taken - lane.inFlight;
    const state = lane.breaker.stateAt(nowMs);
    if (state === 'open') return 0;
    const slots = slotsOf(lane);
    if (slots === 0) return 0;
    let capacity = state === 'half_open' ? (lane.probing ? 0 : 1 - held) : freeCapacityOfClosed(lane, slots);
    if (lane.limiter) {
      const soon = Math.floor(lane.limiter.available(nowMs) + lane.limiter.perMs * LIMITED_WAIT_MS + 1e-9);
      capacity = Math.min(capacity, soon - held);
    }
    return Math.max(0, capacity);
  }

  function freeCapacityOfClosed(lane: Lane, slots: number): number {
    const exact = slots < Math.floor(lane.slots) ? slots : lane.slots;
    return capacityOf(exact, lane.averageMs) - lane.taken;
  }

  function take(lane: Lane, bytes: number): void {
    lane.taken++;
    heldBytes += bytes;
    lane.tenant.heldBytes += bytes;
  }

  function leave(lane: Lane, bytes: number): void {
    lane.taken--;
    heldBytes -= bytes;
    lane.tenant.heldBytes -= bytes;
    // What is remembered of idle lanes is bounded; a forgotten one is met anew. One that holds back stays.
    if (lane.taken > 0 || lanes.size <= MAX_REMEMBERED_LANES || observe(lane) !== 'healthy' || lane.limit)
      return;
    lanes.delete(lane.endpointId);
    if (--lane.tenant.lanes === 0) tenants.delete(lane.tenantId);
  }

  /** Whether a request may start in it now. If only its rate limit is against it, it is looked at again in time. */
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

  /** Looks at a lane again when its limit lets the next request through. One timer for all of them. */
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
        // Those whose time has not come wait again.
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

  function isResponsive(
    { averageMs, inFlight: underWay, lastProgressAtMs, troubled }: Lane,
    nowMs: number,
  ): boolean {
    if (averageMs === undefined) return underWay === 0;
    const stalledMs = Math.max(STALLED_MS, STALLED_AVERAGES * averageMs);
    return !troubled && (underWay === 0 || nowMs - lastProgressAtMs < stalledMs);
  }

  function mayHaveMore(tenantId: string, isResponsive: boolean): boolean {
    const tenant = tenantOf(tenantId);
    const free = options.maxInFlight - inFlight;
    return tenant.inFlight < TENANT_SHARE * free && (isResponsive || tenant.unresponsiveInFlight < free);
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

    const signal = await options.attempt(shipment).catch(() => NOT_SENT);

    lane.inFlight--;
    inFlight--;
    tenant.inFlight--;
    if (!lane.isResponsive) tenant.unresponsiveInFlight--;
    if (lane.inFlight === 0) busy.delete(lane);
    if (isProbe) lane.probing = false;
    if (signal.condition === 'not_sent') lane.limiter?.refund();
    else learn(lane, signal.condition, signal.pauseMs, startMs);
    classify(lane, performance.now());
    leave(lane, shipment.bytes);
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
    lane.troubled = condition === 'strained' || condition === 'unreachable';
    const change = lane.breaker.note(condition, startMs, nowMs);
    if (change === 'closed') {
      ramp(lane);
      lane.averageMs = tookMs;
    }
    adapt(lane, condition);
    if (pauseMs !== undefined) {
      lane.pausedUntilMs = Math.max(lane.pausedUntilMs, nowMs + Math.min(pauseMs, MAX_LANE_PAUSE_MS));
    }
    if (change === 'opened' || lane.pausedUntilMs > nowMs) requeueWaiting(lane);
    observe(lane);
  }

  function requeueWaiting(lane: Lane): void {
    fairQueue.remove(lane);
    for (const shipment of takeWaiting(lane)) {
      options.requeue(shipment);
      leave(lane, shipment.bytes);
    }
  }

  function takeWaiting(lane: Lane): Shipment[] {
    const taken = lane.waiting.splice(0);
    waiting -= taken.length;
    if (lane.isResponsive) responsiveWaiting -= taken.length;
    return taken;
  }

  function stateOf(lane: Lane, nowMs: number): LaneState {
    const state = lane.breaker.stateAt(nowMs);
    if (state !== 'closed') return state;
    if (lane.pausedUntilMs > nowMs || Math.floor(lane.slots) < options.inFlightPerEndpoint) return 'limited';
    if (lane.limiter && lane.limiter.available(nowMs) < ONE_TOKEN) return 'limited';
    return 'healthy';
  }

  /** Remembers since when it is in its state. */
  function observe(lane: Lane): LaneState {
    const state = stateOf(lane, performance.now());
    if (state !== lane.state) {
      lane.state = state;
      lane.sinceMs = Date.now();
    }
    return state;
  }

  function submit(shipment: Shipment): void {
    const lane = laneOf(shipment.endpointId, shipment.tenantId);
    lane.waiting.push(shipment);
    waiting++;
    if (lane.isResponsive) responsiveWaiting++;
    // It may have been stopped between the reservation and now.
    const nowMs = performance.now();
    if (paused || lane.breaker.stateAt(nowMs) === 'open' || lane.pausedUntilMs > nowMs) requeueWaiting(lane);
    enqueue(lane);
    pump();
  }

  /**
   * A lane whose share of its endpoint's concurrency is none, because another replica came or the limit was lowered,
   * has no request whose end would see to what waits in it; nor has one whose share has come back.
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
      take(lane, payloadBytes);
      return true;
    },
    release(endpointId, payloadBytes) {
      leave(laneOf(endpointId), payloadBytes);
    },
    submit: (delivery) => submit(shipmentOf([delivery])),
    submitClaimed(shipment) {
      const lane = laneOf(shipment.endpointId, shipment.tenantId);
      const isHeldBack = lane.limit !== undefined || lane.breaker.stateAt(performance.now()) !== 'closed';
      if (paused || (isHeldBack && freeCapacityOf(lane, performance.now()) < 1)) {
        options.requeue(shipment);
        return;
      }
      take(lane, shipment.bytes);
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
      const state = observe(lane);
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
      for (const lane of lanes.values()) counts[observe(lane)]++;
      return counts;
    },
    stop() {
      stopped = true;
      clearInterval(stallTimer);
      clearTimeout(limitedTimer);
      return [...lanes.values()].flatMap(takeWaiting);
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
