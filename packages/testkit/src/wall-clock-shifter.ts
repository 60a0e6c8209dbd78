/**
 * The URL of a module for node's `--import`, which shifts the wall clock of its process. Each SIGWINCH sets the shift
 * to the next value of `WALL_CLOCK_OFFSETS_MS`. Timers and performance.now() are unaffected, as they are when an
 * administrator sets the time.
 */
export const WALL_CLOCK_SHIFTER = new URL('./shift-wall-clock.mjs', import.meta.url).href;
