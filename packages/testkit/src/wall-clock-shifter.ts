/**
 * URL of a module for node's `--import`, which sets the wall clock of the process that loads it: at each SIGWINCH it is
 * off by the next of `WALL_CLOCK_OFFSETS_MS`. Timers and performance.now() go on, as they do when the time is set.
 */
export const WALL_CLOCK_SHIFTER = new URL('./shift-wall-clock.mjs', import.meta.url).href;
