/**
 * The position of an event among all events, as text that sorts (collation "C"): the incarnation of the stream, then the
 * sequence in it. So the events of a stream that was lost come before the events of the stream that replaced it.
 * @param streamEpoch see `streamIncarnation` in the bus: milliseconds in base 36
 */
export function orderingPosition(streamEpoch: string, sequence: number): string {
  return `${streamEpoch.padStart(9, '0')}.${sequence.toString(36).padStart(11, '0')}`;
}
