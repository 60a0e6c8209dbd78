import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('each registry shows the metrics of the process, with its own service', async () => {
  const [first, second] = await Promise.all(['first', 'second'].map((name) => createMetrics(name).metrics()));
  for (const [text, service] of [
    [first, 'first'],
    [second, 'second'],
  ]) {
    expect(text).toMatch(new RegExp(`^process_cpu_seconds_total\\{service="${service}"\\} [0-9.e-]+$`, 'm'));
    expect(text).toMatch(
      new RegExp(`^nodejs_eventloop_lag_p99_seconds\\{service="${service}"\\} \\S+$`, 'm'),
    );
  }
});
