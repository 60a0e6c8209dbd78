import type { DueDelivery } from './due-delivery.ts';

export interface LaneOptions {
  /** Requests under way at once, over all lanes. */
  maxInFlight: number;
  /** Requests under way at once to one endpoint. */
  maxInFlightPerEndpoint: number;
  /** Payload bytes held for deliveries that wait in their lane. */
  maxBufferedBytes: number;
  /** Makes one attempt and resolves when its outcome is safely on its way to Postgres. Must not reject. */
  attempt: (delivery: DueDelivery) => Promise<void>;
}

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
  /** Places left in each lane that is in use; lanes not named have `roomOfNewLane`. */
  rooms(): Map<string, number>;
  readonly roomOfNewLane: number;
  readonly hasMemory: boolean;
  readonly inFlight: number;
  readonly waiting: number;
  /** Starts nothing more and waits for what is under way. Returns what was still waiting. */
  stop(): Promise<DueDelivery[]>;
}

/** What waits in a lane should be on its way within this time; else it is better off in Postgres. */
const TARGET_WAIT_MS = 5_000;
/** Assumed of an endpoint nobody has heard from yet. */
const FIRST_GUESS_MS = 50;
const MAX_WAITING_PER_LANE = 2_000;

interface Lane {
  endpointId: string;
  inFlight: number;
  /** Places taken: in flight, waiting, and reserved. */
  taken: number;
  waiting: DueDelivery[];
  /** Moving average of how long an attempt takes. */
  averageMs: number;
  queued: boolean;
}

/**
 * One lane per endpoint, so that a slow or dead endpoint delays no other: each has its own cap on requests under
 * way, and holds no more deliveries than it can send in TARGET_WAIT_MS. Lanes with something to send take turns.
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

  const capacityOf = (averageMs: number) =>
    options.maxInFlightPerEndpoint +
    Math.min(MAX_WAITING_PER_LANE, Math.floor((options.maxInFlightPerEndpoint * TARGET_WAIT_MS) / averageMs));

  function laneOf(endpointId: string): Lane {
    let lane = lanes.get(endpointId);
    if (!lane) {
      lane = { endpointId, inFlight: 0, taken: 0, waiting: [], averageMs: FIRST_GUESS_MS, queued: false };
      lanes.set(endpointId, lane);
    }
    return lane;
  }

  function leave(lane: Lane, bytes: number): void {
    lane.taken--;
    heldBytes -= bytes;
    // An idle lane whose speed is the usual one has nothing worth remembering.
    if (lane.taken === 0 && lane.averageMs < FIRST_GUESS_MS * 2) lanes.delete(lane.endpointId);
  }

  function enqueue(lane: Lane): void {
    if (lane.queued || lane.waiting.length === 0 || lane.inFlight >= options.maxInFlightPerEndpoint) return;
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
    await options.attempt(delivery);
    lane.averageMs = lane.averageMs * 0.9 + Math.max(1, performance.now() - start) * 0.1;
    lane.inFlight--;
    inFlight--;
    leave(lane, delivery.payload.length);
    enqueue(lane);
    pump();
    if (inFlight === 0) onIdle?.();
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
      if (lane.taken >= capacityOf(lane.averageMs)) return false;
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
    rooms() {
      const rooms = new Map<string, number>();
      for (const lane of lanes.values()) {
        rooms.set(lane.endpointId, Math.max(0, capacityOf(lane.averageMs) - lane.taken));
      }
      return rooms;
    },
    roomOfNewLane: capacityOf(FIRST_GUESS_MS),
    get hasMemory() {
      return heldBytes < options.maxBufferedBytes;
    },
    get inFlight() {
      return inFlight;
    },
    get waiting() {
      return waiting;
    },
    async stop() {
      stopped = true;
      const left: DueDelivery[] = [];
      for (const lane of lanes.values()) left.push(...lane.waiting.splice(0));
      if (inFlight > 0) {
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      }
      return left;
    },
  };
}
