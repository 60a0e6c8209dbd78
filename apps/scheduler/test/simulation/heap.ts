/** A binary heap: the entry with the least key first, and of equal keys the one that was added first. */
export class Heap<T> {
  #keys: number[] = [];
  #orders: number[] = [];
  #values: T[] = [];
  #added = 0;

  get size(): number {
    return this.#keys.length;
  }

  /** Of the first entry; Infinity: there is none. */
  get leastKey(): number {
    return this.#keys[0] ?? Number.POSITIVE_INFINITY;
  }

  get first(): T | undefined {
    return this.#values[0];
  }

  push(key: number, value: T): void {
    let at = this.#keys.length;
    this.#put(at, key, this.#added++, value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): T | undefined {
    const first = this.#values[0];
    const key = this.#keys.pop();
    const order = this.#orders.pop();
    const value = this.#values.pop();
    if (key === undefined || order === undefined || value === undefined || this.#keys.length === 0)
      return first;
    this.#put(0, key, order, value);
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#keys.length && this.#isBefore(child, least)) least = child;
      }
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #put(at: number, key: number, order: number, value: T): void {
    this.#keys[at] = key;
    this.#orders[at] = order;
    this.#values[at] = value;
  }

  #isBefore(a: number, b: number): boolean {
    const difference = (this.#keys[a] as number) - (this.#keys[b] as number);
    return difference < 0 || (difference === 0 && (this.#orders[a] as number) < (this.#orders[b] as number));
  }

  #swap(a: number, b: number): void {
    const [key, order, value] = [this.#keys[a], this.#orders[a], this.#values[a]];
    this.#put(a, this.#keys[b] as number, this.#orders[b] as number, this.#values[b] as T);
    this.#put(b, key as number, order as number, value as T);
  }
}
