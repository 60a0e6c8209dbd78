interface Entry<T> {
  readonly key: number;
  readonly order: number;
  readonly value: T;
}

/** A binary heap: the entry with the least key first, and of equal keys the one that was added first. */
export class Heap<T> {
  readonly #entries: Entry<T>[] = [];
  #added = 0;

  /** Of the first entry; Infinity: there is none. */
  get leastKey(): number {
    return this.#entries.length === 0 ? Number.POSITIVE_INFINITY : (this.#entries[0] as Entry<T>).key;
  }

  push(key: number, value: T): void {
    const entries = this.#entries;
    const entry = { key, order: this.#added++, value };
    let at = entries.length;
    // Parents that come after the new entry move down.
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = entries[parent] as Entry<T>;
      if (!isBefore(entry, above)) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): T | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first?.value;
    let at = 0;
    // Children that come before the last entry move up.
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      const left = entries[child] as Entry<T>;
      const right = entries[child + 1];
      const least = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(least, last)) break;
      if (least === right) child++;
      entries[at] = least;
      at = child;
    }
    entries[at] = last;
    return first.value;
  }
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>) =>
  a.key < b.key || (a.key === b.key && a.order < b.order);
