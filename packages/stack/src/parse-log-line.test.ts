import { describe, expect, it } from 'vitest';
import { parseLogLine } from './parse-log-line.ts';

const now = () => new Date('2026-01-02T03:04:05.678Z');

describe('parseLogLine', () => {
  it('reads a line of pino without the fields that the prefix already shows', () => {
    const line =
      '{"level":"warn","time":"2026-01-02T03:00:00.001Z","service":"delivery","pid":7,"hostname":"h","attempt":2,"msg":"slow"}';
    expect(parseLogLine('delivery', line, now)).toEqual({
      time: new Date('2026-01-02T03:00:00.001Z'),
      source: 'delivery',
      level: 'warn',
      message: 'slow',
      fields: { attempt: 2 },
    });
  });

  it('accepts numeric levels and times', () => {
    const entry = parseLogLine('ingest', '{"level":60,"time":1767322800001,"msg":"no configuration"}', now);
    expect(entry).toMatchObject({ level: 'error', message: 'no configuration' });
    expect(entry.time.getTime()).toBe(1767322800001);
  });

  it.each([
    ['nats', '[12] [WRN] Maximum payload exceeded', 'warn', 'Maximum payload exceeded'],
    ['nats', '[12] 2026/01/02 03:04:05.000001 [INF] Server is ready', 'debug', 'Server is ready'],
    ['postgres', 'LOG:  database system is ready', 'debug', 'database system is ready'],
    ['postgres', 'ERROR:  duplicate key', 'warn', 'duplicate key'],
    ['postgres', 'DETAIL:  Key (id)=(1) exists.', 'warn', 'detail: Key (id)=(1) exists.'],
    ['postgres', 'FATAL:  out of memory', 'error', 'out of memory'],
  ] as const)('reads a line of %s: %s', (source, line, level, message) => {
    expect(parseLogLine(source, line, now)).toEqual({ time: now(), source, level, message });
  });

  it.each(['', 'plain text', '{"not":"a log line"}', '{broken', 'Note:  this is prose'])(
    'returns any other line unchanged: %j',
    (line) => {
      expect(parseLogLine('gateway', line, now)).toEqual({ time: now(), source: 'gateway', message: line });
    },
  );
});
