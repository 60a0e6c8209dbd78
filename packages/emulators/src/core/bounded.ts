/** A list that forgets its oldest entries. */
export class BoundedList<Entry> implements Iterable<Entry> {
  readonly #limit: number;
  #entries: Entry[] = [];
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many entries were forgotten. */
  get dropped(): number {
    return this.#dropped;
  }

  get length(): number {
    return this.#entries.length;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    // Half more than the limit is tolerated, so that the list is not copied for each entry.
    if (this.#entries.length < this.#limit * 1.5) return;
    this.#dropped += this.#entries.length - this.#limit;
    this.#entries = this.#entries.slice(-this.#limit);
  }

  /** The newest entries, oldest first. */
  latest(count: number = this.#limit): Entry[] {
    return this.#entries.slice(-Math.min(count, this.#limit));
  }

  clear(): void {
    this.#entries = [];
    this.#dropped = 0;
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.#entries.values();
  }
}

/** A map that forgets what was put into it first. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #limit: number;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override set(key: Key, value: Value): this {
    super.set(key, value);
    if (this.size > this.#limit) {
      const oldest = this.keys().next();
      if (!oldest.done) this.delete(oldest.value);
    }
    return this;
  }
}
