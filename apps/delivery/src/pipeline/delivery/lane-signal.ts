/**
 * The condition of a receiver, by the result of an attempt: it accepted the request (`good`), gave another answer
 * (`answered`), refused it for load or did not answer in time (`strained`), or could not be reached (`unreachable`).
 */
export type ReceiverCondition = 'good' | 'answered' | 'strained' | 'unreachable';

/** What a lane learns from an attempt; `not_sent`: nothing, because no request was made. */
export interface LaneSignal {
  condition: ReceiverCondition | 'not_sent';
  /** The receiver's `Retry-After`. */
  pauseMs: number | undefined;
}

export const NOT_SENT: LaneSignal = { condition: 'not_sent', pauseMs: undefined };
