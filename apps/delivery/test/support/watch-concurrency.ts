import type { ReceivedRequest, Receiver } from '@hookline/testkit';

export interface Concurrency {
  /** The most requests that were at the receiver at once, to one path. */
  most(path: string): number;
  mostInAll(): number;
}

/**
 * Has a receiver answer after a while, and counts what it has in hand meanwhile.
 * @param hangs those that never get an answer
 */
export function watchConcurrency(
  receiver: Receiver,
  delayMs: number,
  hangs: (request: ReceivedRequest) => boolean = () => false,
): Concurrency {
  const inHand = new Map<string, number>();
  const most = new Map<string, number>();
  let all = 0;
  let mostInAll = 0;
  receiver.respond = (request) => {
    const { path } = request;
    const count = (inHand.get(path) ?? 0) + 1;
    inHand.set(path, count);
    most.set(path, Math.max(most.get(path) ?? 0, count));
    mostInAll = Math.max(mostInAll, ++all);
    if (hangs(request)) return { hang: true };
    // Before the answer is written: what the sender starts when it has it must not count beside it.
    setTimeout(
      () => {
        inHand.set(path, (inHand.get(path) ?? 0) - 1);
        all--;
      },
      Math.max(0, delayMs - 1),
    );
    return { delayMs: Math.max(2, delayMs + 1) };
  };
  return { most: (path) => most.get(path) ?? 0, mostInAll: () => mostInAll };
}
