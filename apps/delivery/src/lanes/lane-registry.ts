import type { DueDelivery } from './due-delivery.ts';

export interface LaneOptions {
  /** Requests under way at once, over all lanes. */
  maxInFlight: number;
  /** Requests under way at once to an endpoint that nobody knows yet, or that is not fast. */
  inFlightPerEndpoint: number;
  /** The most that an endpoint which is fast and never fails may come to. */
  maxInFlightPerEndpoint: number;
  /** Payload bytes held for deliveries that wait in their lane. */
  maxBufferedBytes: number;
  /** Makes one attempt and resolves when its outcome is safely on its way to Postgres. Must not reject. */
  attempt: (delivery: DueDelivery) => Promise<LaneSignal>;
}

/**
 * What an attempt says about its receiver: `good`, `strained` (it refused for load, or did not answer in time),
 * `neutral` (nothing about load, but how long it takes), or nothing at all, because no request was made.
 */
export type LaneSignal = 'good' | 'strained' | 'neutral' | 'not_sent';

export interface LaneRegistry {
  /**
   * Takes a place in an endpoint's lane for a delivery that is about to be leased.
   * @returns false when the lane or the memory is full: the delivery then waits in Postgres
   */
  reserve(endpointId: string, payloadBytes: number): boolean;
  /** Gives a place back that was not used. */
  release(endpointId: string, payloadBytes: number): void;
  /** Puts a leased delivery into the place that was reserved for it. */
  submit(delivery: DueDelivery): void;
  /** Puts a delivery that was claimed for the room of its lane into it, whatever its size. */
  submitClaimed(delivery: DueDelivery): void;
  /**
   * Resolves when the lanes can do with more, at the latest after MAX_PAUSE_MS: what no lane has room for is written
   * to Postgres as waiting and claimed again, twice the work of sending it straight away. Lanes that do not move
   * hold few deliveries (see capacity), so they cannot cause a pause.
   */
  room(): Promise<void>;
  /** Places left in each lane that is in use; lanes not named have `roomOfNewLane`. */
  rooms(): Map<string, number>;
  readonly roomOfNewLane: number;
  /** Of `maxBufferedBytes`; below 0 when a claim brought more than there was room for. */
  readonly freeBytes: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** Starts nothing more. Returns what was still waiting, at once; `idle` then waits for what is under way. */
  stop(): DueDelivery[];
  idle(): Promise<void>;
}

/** What waits in a lane should be on its way within this time; else it is better off in Postgres. */
const TARGET_WAIT_MS = 5_000;
const MAX_WAITING_PER_LANE = 2_000;
/** For an endpoint nobody has heard from yet, as a multiple of its slots: it may turn out to hang. */
const FIRST_GUESS = 3;
/** More than this waiting in lanes that move, and fan-out pauses: JetStream holds the rest at no cost. */
const ENOUGH_WAITING = 500;
const MAX_PAUSE_MS = 250;
const MAX_REMEMBERED_LANES = 10_000;
/** An answer within this time is a fast one: such a receiver can be asked for more at once. */
const FAST_MS = 100;

interface Lane {
  endpointId: string;
  inFlight: number;
  /** Requests it may have under way; moves with what the receiver bears. */
  slots: number;
  /** Places taken: in flight, waiting, and reserved. */
  taken: number;
  waiting: DueDelivery[];
  /** Moving average of how long an attempt takes; undefined before the first has ended. */
  averageMs: number | undefined;
  queued: boolean;
}

/**
 * One lane per endpoint, so that a slow or dead endpoint delays no other: each has its own cap on requests under
 * way, which grows while the receiver is fast and halves when it strains (AIMD), and holds no more deliveries than
 * it can send in TARGET_WAIT_MS. Lanes with something to send take turns.
 */
export function createLaneRegistry(options: LaneOptions): LaneRegistry {
  const lanes = new Map<string, Lane>();
  /** Lanes with a delivery waiting and a slot free, in turn. */
  const ready: Lane[] = [];
  let inFlight = 0;
  let waiting = 0;
  let heldBytes = 0;
  let stopped = false;
  let onIdle: (() => void) | undefined;
  const resumeFanOut = new Set<() => void>();

  const capacityOf = (slots: number, averageMs: number | undefined) =>
    averageMs === undefined
      ? Math.ceil(slots * FIRST_GUESS)
      : Math.floor(slots + Math.min(MAX_WAITING_PER_LANE, (slots * TARGET_WAIT_MS) / averageMs));

  /** One more for each round of good and fast answers to a busy lane; half as many after a sign of strain. */
  function adapt(lane: Lane, signal: LaneSignal): void {
    if (signal === 'strained') lane.slots = Math.max(1, lane.slots / 2);
    else if (
      signal === 'good' &&
      (lane.averageMs ?? 0) < FAST_MS &&
      (lane.waiting.length > 0 || lane.slots < options.inFlightPerEndpoint)
    ) {
      lane.slots = Math.min(options.maxInFlightPerEndpoint, lane.slots + 1 / lane.slots);
    } else if (signal === 'good' && lane.slots < options.inFlightPerEndpoint) {
      lane.slots = Math.min(options.inFlightPerEndpoint, lane.slots + 1 / lane.slots);
    }
  }

  function laneOf(endpointId: string): Lane {
    let lane = lanes.get(endpointId);
    if (!lane) {
      lane = {
        endpointId,
        inFlight: 0,
        slots: options.inFlightPerEndpoint,
        taken: 0,
        waiting: [],
        averageMs: undefined,
        queued: false,
      };
      lanes.set(endpointId, lane);
    }
    return lane;
  }

  function leave(lane: Lane, bytes: number): void {
    lane.taken--;
    heldBytes -= bytes;
    // What is remembered of idle lanes is bounded; a forgotten one is met anew.
    if (lane.taken === 0 && lanes.size > MAX_REMEMBERED_LANES) lanes.delete(lane.endpointId);
  }

  function enqueue(lane: Lane): void {
    if (lane.queued || lane.waiting.length === 0 || lane.inFlight >= Math.floor(lane.slots)) return;
    lane.queued = true;
    ready.push(lane);
  }

  function pump(): void {
    while (!stopped && inFlight < options.maxInFlight) {
      const lane = ready.shift();
      if (!lane) return;
      lane.queued = false;
      const delivery = lane.waiting.shift();
      if (!delivery) continue;
      waiting--;
      lane.inFlight++;
      inFlight++;
      void run(lane, delivery);
      enqueue(lane);
    }
  }

  async function run(lane: Lane, delivery: DueDelivery): Promise<void> {
    const start = performance.now();
    const signal = await options.attempt(delivery);
    if (signal !== 'not_sent') {
      const tookMs = Math.max(1, performance.now() - start);
      lane.averageMs = lane.averageMs === undefined ? tookMs : lane.averageMs * 0.9 + tookMs * 0.1;
      adapt(lane, signal);
    }
    lane.inFlight--;
    inFlight--;
    leave(lane, delivery.payload.length);
    enqueue(lane);
    pump();
    if (inFlight === 0) onIdle?.();
    if (waiting < ENOUGH_WAITING) for (const resume of resumeFanOut) resume();
  }

  function take(lane: Lane, bytes: number): void {
    lane.taken++;
    heldBytes += bytes;
  }

  function submit(delivery: DueDelivery): void {
    const lane = laneOf(delivery.endpointId);
    lane.waiting.push(delivery);
    waiting++;
    enqueue(lane);
    pump();
  }

  return {
    reserve(endpointId, payloadBytes) {
      if (stopped || heldBytes + payloadBytes > options.maxBufferedBytes) return false;
      const lane = laneOf(endpointId);
      if (lane.taken >= capacityOf(lane.slots, lane.averageMs)) return false;
      take(lane, payloadBytes);
      return true;
    },
    release(endpointId, payloadBytes) {
      leave(laneOf(endpointId), payloadBytes);
    },
    submit,
    submitClaimed(delivery) {
      take(laneOf(delivery.endpointId), delivery.payload.length);
      submit(delivery);
    },
    async room() {
      if (waiting < ENOUGH_WAITING || stopped) return;
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
    rooms() {
      const rooms = new Map<string, number>();
      for (const lane of lanes.values()) {
        rooms.set(lane.endpointId, Math.max(0, capacityOf(lane.slots, lane.averageMs) - lane.taken));
      }
      return rooms;
    },
    roomOfNewLane: capacityOf(options.inFlightPerEndpoint, undefined),
    get freeBytes() {
      return options.maxBufferedBytes - heldBytes;
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiting;
    },
    stop() {
      stopped = true;
      const left: DueDelivery[] = [];
      for (const lane of lanes.values()) left.push(...lane.waiting.splice(0));
      waiting = 0;
      return left;
    },
    async idle() {
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
  };
}
