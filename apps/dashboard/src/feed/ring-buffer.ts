/** Keeps the newest values, up to a limit. */
export interface RingBuffer<Value> {
  readonly size: number;
  push(value: Value): void;
  /** Newest first. */
  newest(count: number): Value[];
  clear(): void;
}

export function createRingBuffer<Value>(limit: number): RingBuffer<Value> {
  const values: Value[] = [];
  /** Where the next value goes once the buffer is full. */
  let next = 0;
  return {
    get size() {
      return values.length;
    },
    push(value) {
      if (values.length < limit) values.push(value);
      else values[next] = value;
      next = (next + 1) % limit;
    },
    newest(count) {
      const found: Value[] = [];
      for (let index = 1; index <= Math.min(count, values.length); index++)
        found.push(values[(next - index + limit) % limit] as Value);
      return found;
    },
    clear() {
      values.length = 0;
      next = 0;
    },
  };
}
