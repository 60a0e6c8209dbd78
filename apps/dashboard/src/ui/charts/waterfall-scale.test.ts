import { describe, expect, it } from 'vitest';
import { waterfallBars } from './waterfall-scale.ts';

describe('the bars of a waterfall', () => {
  it('lie where their phase was', () => {
    expect(
      waterfallBars([
        { startMs: 0, durationMs: 20 },
        { startMs: 20, durationMs: 80 },
      ]),
    ).toEqual([
      { left: 0, width: 20 },
      { left: 20, width: 80 },
    ]);
  });

  it('a phase of no time at the end can be seen inside the chart', () => {
    const [, last] = waterfallBars([
      { startMs: 0, durationMs: 500 },
      { startMs: 500, durationMs: 0 },
    ]);
    expect(last).toEqual({ left: 99.2, width: 0.8 });
  });

  it('phases without any time have bars', () => {
    expect(waterfallBars([{ startMs: 0, durationMs: 0 }])).toEqual([{ left: 0, width: 0.8 }]);
  });
});
