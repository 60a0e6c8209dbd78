import type { ReceivedRequest, Receiver } from '@hookline/testkit';

export interface Concurrency {
  /** The most requests to one path that were in flight at once. */
  most(path: string): number;
  mostInAll(): number;
}

/**
 * Makes a receiver answer after a delay, and counts the requests in flight.
 * @param hangs whether a request never gets an answer
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
    // The request ends before its answer is written: a request that the sender starts after the answer is not
    // concurrent.
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
