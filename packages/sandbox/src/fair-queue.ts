/** What waits for its turn. */
export interface Waiting {
  job: { key: string; owner: string };
}

export interface FairQueue<W extends Waiting> {
  readonly size: number;
  push(waiting: W): void;
  /** The next whose turn it is, taken out. @param mayGo asked once for each owner */
  take(mayGo: (owner: string) => boolean): W | undefined;
  /** Takes out all that fit. */
  takeWhere(fits: (waiting: W) => boolean): W[];
}

/**
 * Owners take turns, one after the other; of an owner its keys do, one after the other; of a key what came first goes
 * first. So an owner with a thousand keys gets as many turns as one with a single key.
 */
export function createFairQueue<W extends Waiting>(): FairQueue<W> {
  /** Owner → key → what waits; the order of the entries is that of the turns. */
  const owners = new Map<string, Map<string, W[]>>();
  let size = 0;

  function takeFrom(owner: string, keys: Map<string, W[]>): W | undefined {
    const [first] = keys;
    if (!first) return undefined;
    const [key, waiting] = first;
    const next = waiting.shift();
    size--;
    // Both to the end of their lines, if they have more.
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
