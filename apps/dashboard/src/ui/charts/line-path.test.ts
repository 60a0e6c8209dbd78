import { describe, expect, it } from 'vitest';
import { linePath } from './line-path.ts';

describe('the line of a sparkline', () => {
  it('goes from edge to edge, with the highest value at the top', () => {
    expect(linePath([0, 5, 10], 60, 20, 10)).toBe('M0 20L30 10L60 0');
  });

  it('has a gap where a value is missing', () => {
    expect(linePath([1, 1, null, 1, 1], 40, 10, 1)).toBe('M0 0L10 0M30 0L40 0');
  });

  it('a value alone is a dash', () => {
    expect(linePath([null, 2, null], 40, 10, 4)).toBe('M19 5H21');
  });

  it('values of zero alone lie on the ground', () => {
    expect(linePath([0, 0], 40, 10, 0)).toBe('M0 10L40 10');
  });

  it('nothing has no line', () => {
    expect(linePath([], 40, 10, 0)).toBe('');
  });
});
