import type { ReceiverSign } from '../lanes/breaker.ts';

/** What an attempt says about its receiver; `not_sent`: nothing, because no request was made. */
export interface LaneSignal {
  sign: ReceiverSign | 'not_sent';
  /** How long the receiver asks to be left alone, by `Retry-After`. */
  pauseMs: number | undefined;
}

export const NOT_SENT: LaneSignal = { sign: 'not_sent', pauseMs: undefined };
