/*
 * Loaded into a service before anything else (`--import`): at each SIGWINCH the wall clock is set to the next of
 * WALL_CLOCK_OFFSETS_MS, as an administrator or a time daemon does it. Timers and performance.now() go on, as they do
 * then. Says so on stderr, so that a test knows.
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
