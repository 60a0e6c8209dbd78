import { describe, expect, it } from 'vitest';
import { formatLogEntry } from './format-log-entry.ts';
import type { LogEntry } from './log.ts';

const entry: LogEntry = {
  time: new Date(2026, 0, 2, 3, 4, 5, 67),
  source: 'delivery',
  level: 'info',
  message: 'delivered',
};

describe('formatLogEntry', () => {
  it('writes one compact line with local time', () => {
    const fields = {
      eventId: 'evt_1',
      ms: 12,
      url: 'https://a.example/x',
      note: 'two words',
      empty: '',
      list: [1, 2],
    };
    expect(formatLogEntry({ ...entry, fields })).toBe(
      '03:04:05.067  delivery   info   delivered eventId=evt_1 ms=12 url=https://a.example/x note="two words" empty="" list=[1,2]',
    );
  });

  it('shows control characters of a value as escapes, because values come from senders', () => {
    const fields = { type: 'a\u001b[31mb', reason: 'c \u009b\u202e' };
    expect(formatLogEntry({ ...entry, fields })).toMatch(
      /delivered type=a\\u001b\[31mb reason="c \\u009b\\u202e"$/,
    );
  });

  it('leaves the level out of an entry that has no level', () => {
    const { level: _, ...raw } = entry;
    expect(formatLogEntry({ ...raw, source: 'gateway', message: '  at file.ts:1' })).toBe(
      '03:04:05.067  gateway      at file.ts:1',
    );
  });

  it('leaves out the options of a service that starts', () => {
    const fields = { options: { host: '127.0.0.1', internalToken: 'configured' }, port: 3001 };
    expect(formatLogEntry({ ...entry, message: 'ingest starts', fields })).toBe(
      '03:04:05.067  delivery   info   ingest starts port=3001',
    );
  });

  it('puts the stack of an error on lines of its own', () => {
    const fields = {
      err: { message: 'no route', code: 'E1', stack: 'Error: no route\n    at a (b.ts:1:2)' },
    };
    expect(formatLogEntry({ ...entry, level: 'error', fields }).split('\n')).toEqual([
      '03:04:05.067  delivery   error  delivered err="no route" code=E1',
      '    Error: no route',
      '    at a (b.ts:1:2)',
    ]);
  });

  it('writes colours only with the option `color`', () => {
    const ansi = '\u001b[';
    expect(formatLogEntry(entry)).not.toContain(ansi);
    expect(formatLogEntry({ ...entry, level: 'error' }, { color: true })).toContain(`${ansi}31m`);
  });
});
