export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of the log. `source` is the name of a process, or `hookline` for the stack itself. */
export interface LogEntry {
  time: Date;
  source: string;
  /** Absent for a line in an unknown format. */
  level?: LogLevel;
  message: string;
  fields?: Record<string, unknown>;
}

export type Log = (entry: LogEntry) => void;

/** For tests and benchmarks without output. */
export const silentLog: Log = () => {};

/** Writes one line of the stack itself to the log. */
export function say(log: Log, source: string, message: string, level: LogLevel = 'info'): void {
  log({ time: new Date(), source, level, message });
}
