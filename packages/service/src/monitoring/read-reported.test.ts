import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { readReported } from './read-reported.ts';

test('metrics are read as sums over their labels, or apart by one label', async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ service: 'test' });
  const registers = [registry];
  const requests = new Counter({ name: 'hookline_requests', help: 'h', labelNames: ['a', 'b'], registers });
  requests.inc({ a: '1', b: 'x' }, 2);
  requests.inc({ a: '2', b: 'x' }, 3);
  requests.inc({ a: '2', b: 'y' }, 5);
  const durations = new Histogram({ name: 'hookline_seconds', help: 'h', buckets: [1], registers });
  durations.observe(0.5);
  durations.observe(2);
  new Gauge({
    name: 'hookline_depth',
    help: 'h',
    registers,
    collect() {
      this.set(7);
    },
  });
  const metrics = [
    { name: 'requests' },
    { name: 'requests', by: 'b' },
    { name: 'seconds' },
    { name: 'depth' },
    { name: 'missing' },
  ];
  expect(await readReported(registry, metrics)).toEqual({
    requests: 10,
    'requests{x}': 5,
    'requests{y}': 5,
    seconds_sum: 2.5,
    seconds_count: 2,
    depth: 7,
  });
});
