import type { Logger } from '@hookline/service';

/** At most one line a code and interval; what was held back is counted in the next. */
export interface ThrottledLog {
  error(code: string, fields: object, message: string): void;
}

export function createThrottledLog(logger: Logger, intervalMs = 5_000): ThrottledLog {
  const lastByCode = new Map<string, { atMs: number; suppressed: number }>();
  return {
    error(code, fields, message) {
      const nowMs = Date.now();
      const last = lastByCode.get(code);
      if (last && nowMs - last.atMs < intervalMs) {
        last.suppressed++;
        return;
      }
      lastByCode.set(code, { atMs: nowMs, suppressed: 0 });
      logger.error({ ...fields, code, suppressed: last?.suppressed ?? 0 }, message);
    },
  };
}
