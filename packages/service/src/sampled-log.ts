import type { Logger } from './logger.ts';

/** Lines of one kind at level info, of which a bounded number a second is written; the others are counted. */
export interface SampledLog {
  /** @param describe the fields of the line, made only if it is written */
  write(describe: () => object, message: string): void;
}

const WINDOW_MS = 1_000;

/**
 * For what happens once a webhook or an attempt: readable at everyday rates, and no load at thousands a second. What
 * was left out of a second is told in a line of its own when the second ends.
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
      // The first that is left out of this second.
      if (leftOut++ === 0) setTimeout(endWindow, endsAt - now).unref();
    },
  };
}
