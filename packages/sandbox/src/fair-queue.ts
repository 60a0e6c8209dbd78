/** A job that waits for its turn. */
export interface Waiting {
  job: { key: string; owner: string };
}

export interface FairQueue<W extends Waiting> {
  readonly size: number;
  push(waiting: W): void;
  /** Removes and returns the job whose turn is next. @param mayGo called once for each owner */
  take(mayGo: (owner: string) => boolean): W | undefined;
  /** Removes and returns all jobs that fit. */
  takeWhere(fits: (waiting: W) => boolean): W[];
}

/**
 * A queue with round-robin turns: first between owners, then between the keys of an owner; the jobs of one key are
 * first in, first out. So an owner with a thousand keys gets as many turns as an owner with a single key.
 */
export function createFairQueue<W extends Waiting>(): FairQueue<W> {
  /** Owner → key → waiting jobs; the order of the entries is the order of the turns. */
  const owners = new Map<string, Map<string, W[]>>();
  let size = 0;

  function takeFrom(owner: string, keys: Map<string, W[]>): W | undefined {
    const [first] = keys;
    if (!first) return undefined;
    const [key, waiting] = first;
    const next = waiting.shift();
    size--;
    // The key and the owner go to the end of their queues if they have more jobs.
    keys.delete(key);
    if (waiting.length > 0) keys.set(key, waiting);
    owners.delete(owner);
    if (keys.size > 0) owners.set(owner, keys);
    return next;
  }

  return {
    get size() {
      return size;
    },
    push(waiting) {
      const { owner, key } = waiting.job;
      const keys = owners.get(owner) ?? new Map<string, W[]>();
      owners.set(owner, keys);
      const ofKey = keys.get(key) ?? [];
      keys.set(key, ofKey);
      ofKey.push(waiting);
      size++;
    },
    take(mayGo) {
      for (const [owner, keys] of owners) if (mayGo(owner)) return takeFrom(owner, keys);
      return undefined;
    },
    takeWhere(fits) {
      const taken: W[] = [];
      for (const [owner, keys] of owners) {
        for (const [key, waiting] of keys) {
          const kept: W[] = [];
          for (const each of waiting) (fits(each) ? taken : kept).push(each);
          if (kept.length > 0) keys.set(key, kept);
          else keys.delete(key);
        }
        if (keys.size === 0) owners.delete(owner);
      }
      size -= taken.length;
      return taken;
    },
  };
}
