interface Timed {
  startMs: number;
  durationMs: number;
}

/** Where the bar of a phase begins and how long it is, in percent of all phases together. Each bar can be seen. */
export function waterfallBars(phases: readonly Timed[]): readonly { left: number; width: number }[] {
  const end = Math.max(1e-9, ...phases.map(({ startMs, durationMs }) => startMs + durationMs));
  return phases.map(({ startMs, durationMs }) => {
    const width = Math.min(100, Math.max(0.8, (durationMs / end) * 100));
    return { left: Math.min((startMs / end) * 100, 100 - width), width };
  });
}
