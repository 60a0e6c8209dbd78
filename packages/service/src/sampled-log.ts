import type { Logger } from './logger.ts';

/** Writes lines of one kind at level info, at most so many a second, and counts the others. */
export interface SampledLog {
  /** @param describe makes the fields of the line; called only if the line is written */
  write(describe: () => object, message: string): void;
}

const WINDOW_MS = 1_000;

/**
 * For lines about each webhook or attempt: complete at everyday rates, and no load at thousands a second. If lines of a
 * second were left out, one line with their number follows when the second ends.
 * @param kind names the lines in the count: `webhook.received`
 * @param maxPerSecond default 20
 */
export function createSampledLog(logger: Logger, kind: string, maxPerSecond = 20): SampledLog {
  let endsAt = 0;
  let written = 0;
  let leftOut = 0;

  function endWindow(): void {
    if (leftOut > 0) logger.info({ kind, leftOut, writtenPerSecond: maxPerSecond }, 'lines were left out');
    leftOut = 0;
  }

  return {
    write(describe, message) {
      if (!logger.isLevelEnabled('info')) return;
      const now = performance.now();
      if (now >= endsAt) {
        endsAt = now + WINDOW_MS;
        written = 0;
      }
      if (written < maxPerSecond) {
        written++;
        logger.info(describe(), message);
        return;
      }
      // The first line of this second that is left out.
      if (leftOut++ === 0) setTimeout(endWindow, endsAt - now).unref();
    },
  };
}
