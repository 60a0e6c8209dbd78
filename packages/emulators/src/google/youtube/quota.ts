import type { EmulatorClock } from '../../core/clock.ts';

const DEFAULT_UNITS = 10_000;

const PACIFIC_DAY = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Los_Angeles',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The date in California, such as `2026-11-01`. */
export function pacificDay(nowMs: number): string {
  return PACIFIC_DAY.format(nowMs);
}

/** Units per project and day. The day begins at midnight in California, also when the clocks there change. */
export class DailyQuota {
  readonly #clock: EmulatorClock;
  readonly #limits = new Map<string, number>();
  readonly #used = new Map<string, { day: string; units: number }>();

  constructor(clock: EmulatorClock) {
    this.#clock = clock;
  }

  setLimit(project: string, units: number): void {
    this.#limits.set(project, units);
  }

  /** False, and nothing is used, if too few are left. */
  use(project: string, units: number): boolean {
    const { limit, used } = this.state(project);
    if (used + units > limit) return false;
    this.#used.set(project, { day: pacificDay(this.#clock.nowMs()), units: used + units });
    return true;
  }

  state(project: string): { day: string; limit: number; used: number } {
    const day = pacificDay(this.#clock.nowMs());
    const used = this.#used.get(project);
    return {
      day,
      limit: this.#limits.get(project) ?? DEFAULT_UNITS,
      used: used?.day === day ? used.units : 0,
    };
  }
}
