/** The time of the emulated providers. It can be moved, and can run faster than the time of the machine. */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
}

export interface ClockOptions {
  /** Milliseconds since 1970. Default: the time of the machine. */
  startMs?: number;
  /** Emulated seconds for each second of the machine. Default 1; 0 stops the clock. */
  speed?: number;
}

export class MovableClock implements EmulatorClock {
  /** The emulated time at the machine's time `#sinceMs`. */
  #baseMs: number;
  #sinceMs = performance.now();
  #speed: number;

  constructor(options: ClockOptions = {}) {
    this.#baseMs = options.startMs ?? Date.now();
    this.#speed = options.speed ?? 1;
  }

  get speed(): number {
    return this.#speed;
  }

  nowMs(): number {
    return Math.floor(this.#baseMs + (performance.now() - this.#sinceMs) * this.#speed);
  }

  /** A negative number moves the clock back. */
  advance(milliseconds: number): void {
    this.set(this.nowMs() + milliseconds);
  }

  set(milliseconds: number): void {
    this.#baseMs = milliseconds;
    this.#sinceMs = performance.now();
  }

  setSpeed(speed: number): void {
    this.set(this.nowMs());
    this.#speed = speed;
  }
}
