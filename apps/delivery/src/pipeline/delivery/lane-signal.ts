/**
 * What an attempt says about its receiver: it took it (`good`), answered something else (`answered`: it is there),
 * refused for load or did not answer in time (`strained`), or could not be reached at all (`unreachable`).
 */
export type ReceiverCondition = 'good' | 'answered' | 'strained' | 'unreachable';

/** What an attempt says about its receiver; `not_sent`: nothing, because no request was made. */
export interface LaneSignal {
  condition: ReceiverCondition | 'not_sent';
  /** How long the receiver asks to be left alone, by `Retry-After`. */
  pauseMs: number | undefined;
}

export const NOT_SENT: LaneSignal = { condition: 'not_sent', pauseMs: undefined };
