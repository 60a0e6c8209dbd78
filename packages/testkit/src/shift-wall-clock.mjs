/*
 * Loaded into a service before any other module (`--import`). Each SIGWINCH shifts the wall clock by the next value of
 * WALL_CLOCK_OFFSETS_MS, as an administrator or a time daemon does. Timers and performance.now() are unaffected, as
 * they are then. The module reports each shift on stderr, so that a test can wait for the shift.
 */
import { isMainThread } from 'node:worker_threads';

const offsetsMs = (process.env['WALL_CLOCK_OFFSETS_MS'] ?? '').split(',').map(Number);
const WallDate = Date;
let offsetMs = 0;

class ShiftedDate extends WallDate {
  constructor(...time) {
    if (time.length === 0) super(ShiftedDate.now());
    else super(...time);
  }

  static now() {
    return WallDate.now() + offsetMs;
  }
}

if (isMainThread) {
  globalThis.Date = ShiftedDate;
  process.on('SIGWINCH', () => {
    offsetMs = offsetsMs.shift() ?? 0;
    process.stderr.write(`the wall clock is off by ${offsetMs} ms\n`);
  });
}
