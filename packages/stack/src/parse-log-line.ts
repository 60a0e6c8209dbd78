import type { LogEntry, LogLevel } from './log.ts';

/**
 * Reads one line of a child's output: pino's JSON, nats-server's `[pid] [INF] …`, Postgres's `LOG:  …`.
 * Any other line becomes a message without a level.
 */
export function parseLogLine(source: string, line: string, now: () => Date = () => new Date()): LogEntry {
  return (
    parsePino(source, line, now) ??
    parseServerLine(source, line, now) ?? { time: now(), source, message: line }
  );
}

const pinoLevels: Record<number, LogLevel> = {
  10: 'debug',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'error',
};
const namedLevels: Record<string, LogLevel> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};
/** Fields that the prefix already shows, or that are useless on one machine. */
const unprinted = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'name', 'service', 'v']);

function parsePino(source: string, line: string, now: () => Date): LogEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  const level = pinoLevels[Number(record['level'])] ?? namedLevels[String(record['level'])];
  if (level === undefined) return undefined;
  const time =
    typeof record['time'] === 'number' || typeof record['time'] === 'string'
      ? new Date(record['time'])
      : now();
  const fields = Object.fromEntries(Object.entries(record).filter(([key]) => !unprinted.has(key)));
  return {
    time: Number.isNaN(time.getTime()) ? now() : time,
    source,
    level,
    message: typeof record['msg'] === 'string' ? record['msg'] : '',
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
  };
}

/**
 * Informational lines of the servers (banners, starts, checkpoints) are debug lines here. An ERROR of Postgres is a
 * failed statement. The client reports that error, so here it is a warning.
 */
const serverLevels: Record<string, LogLevel> = {
  TRC: 'debug',
  DBG: 'debug',
  INF: 'debug',
  WRN: 'warn',
  ERR: 'error',
  FTL: 'error',
  LOG: 'debug',
  INFO: 'debug',
  NOTICE: 'debug',
  WARNING: 'warn',
  ERROR: 'warn',
  DETAIL: 'warn',
  HINT: 'warn',
  CONTEXT: 'warn',
  STATEMENT: 'warn',
  FATAL: 'error',
  PANIC: 'error',
};
const serverLine = /^(?:\[\d+\] (?:\d{4}\/\d\d\/\d\d [\d:.]+ )?\[([A-Z]{3})\] |([A-Z]+): {2})(.*)$/;

function parseServerLine(source: string, line: string, now: () => Date): LogEntry | undefined {
  const [, natsLevel, postgresLevel, message = ''] = serverLine.exec(line) ?? [];
  const name = natsLevel ?? postgresLevel;
  const level = name === undefined ? undefined : serverLevels[name];
  if (level === undefined) return undefined;
  const detail = /^(DETAIL|HINT|CONTEXT|STATEMENT)$/.test(name ?? '');
  return { time: now(), source, level, message: detail ? `${name?.toLowerCase()}: ${message}` : message };
}
