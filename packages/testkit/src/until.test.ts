import { describe, expect, it } from 'vitest';
import { until } from './until.ts';

describe('until', () => {
  it('returns the first truthy answer', async () => {
    let asked = 0;
    expect(await until(() => (++asked === 3 ? `asked ${asked}` : undefined), { everyMs: 1 })).toBe('asked 3');
  });

  it('treats an error as "not yet"', async () => {
    let asked = 0;
    const check = () => {
      if (++asked === 1) throw new Error('not there');
      return true;
    };
    expect(await until(check, { everyMs: 1 })).toBe(true);
  });

  it('names the awaited condition and the last answer in its error', async () => {
    const waiting = until(() => 0, { timeoutMs: 5, everyMs: 1, what: 'three deliveries' });
    await expect(waiting).rejects.toThrow(
      'Timed out after 5 ms waiting for three deliveries: the last answer was 0',
    );
  });

  it('keeps the last error as the cause', async () => {
    const cause = new Error('connection refused');
    const waiting = until(
      () => {
        throw cause;
      },
      { timeoutMs: 5, everyMs: 1 },
    );
    await expect(waiting).rejects.toMatchObject({
      message: expect.stringContaining('connection refused'),
      cause,
    });
  });
});
