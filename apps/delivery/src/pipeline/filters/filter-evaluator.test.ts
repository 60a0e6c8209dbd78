import { compileFilter } from '@hookline/filters';
import { parseExactJson } from '@hookline/json';
import { afterAll, expect, test } from 'vitest';
import { compileStoredFilter } from '../../endpoints/catalog/compile-stored-filter.ts';
import type { FilterAttributes } from './evaluate-filters.ts';
import { createFilterEvaluator } from './filter-evaluator.ts';

const evaluator = createFilterEvaluator();
afterAll(() => evaluator.close());

const attributes: FilterAttributes = {
  id: 'evt_1',
  type: 'github.push',
  source: '/github/acme/api',
  subject: undefined,
  time: '2026-01-01T00:00:00.000Z',
  provider: 'github',
  action: undefined,
  repository: 'acme/api',
};
const evaluate = (payload: string, filters: object[]) =>
  evaluator.evaluate(
    attributes,
    Buffer.from(payload),
    filters.map((filter) => compileFilter(filter)),
  );
const large = JSON.stringify({ pad: 'x'.repeat(300_000), n: 1 });

test('a payload of usual size is evaluated at once and a large one in a thread, by the same rules', async () => {
  const filters = [
    { repository: 'acme/api', data: { n: 1 } },
    { data: { n: 2 } },
    { subject: { $exist: false } },
  ];
  const small = evaluate('{"n":1}', filters);
  expect(Array.isArray(small)).toBe(true);
  const inThread = evaluate(large, filters);
  expect(inThread).toBeInstanceOf(Promise);
  const judged = [
    undefined,
    { path: 'data.n', operator: '$eq', message: 'data.n is 1; the filter wants 2' },
    undefined,
  ];
  expect((await small).map(({ mismatch }) => mismatch)).toEqual(judged);
  expect((await inThread).map(({ mismatch }) => mismatch)).toEqual(judged);
});

test('a filter tells numbers apart by their last digit, in the process and in a thread', async () => {
  const filters = ['{"data":{"id":7615917337495251231}}', '{"data":{"id":7615917337495251232}}'].map((text) =>
    compileFilter(parseExactJson(text)),
  );
  for (const pad of ['', 'x'.repeat(20_000), 'x'.repeat(300_000)]) {
    const payload = Buffer.from(`{"pad":"${pad}","id":7615917337495251231}`);
    const verdicts = await evaluator.evaluate(attributes, payload, filters);
    expect(verdicts.map(({ mismatch }) => mismatch?.message)).toEqual([
      undefined,
      'data.id is 7615917337495251231; the filter wants 7615917337495251232',
    ]);
  }
});

test('a large payload that is not JSON matches no filter on its content', async () => {
  const verdicts = await evaluate(`${large}]`, [{ data: { n: 1 } }, { type: 'github.push' }]);
  expect(verdicts.map(({ mismatch }) => mismatch?.message)).toEqual([
    'the filter could not be evaluated: the payload is not JSON',
    undefined,
  ]);
});

test('a payload that would need too much memory matches nothing, and the next is evaluated again', async () => {
  const nested = '['.repeat(3_000_000) + ','.repeat(6_000_000) + ']'.repeat(3_000_000);
  const [verdict] = await evaluate(nested, [{ data: { n: 1 } }]);
  expect(verdict?.mismatch?.message).toBe(
    'the filter could not be evaluated: the payload has too many parts to be parsed',
  );
  const [next] = await evaluate(large, [{ data: { n: 1 } }]);
  expect(next?.mismatch).toBeUndefined();
});

test('a payload that no filter reads is not parsed', async () => {
  const [verdict] = await evaluate('this is not JSON', [{ type: 'github.push' }]);
  expect(verdict?.mismatch).toBeUndefined();
});

test('a saved filter that cannot be compiled matches nothing, and its explanation says so', () => {
  const unknown = compileStoredFilter({ $new: 1 });
  const message = expect.stringMatching(/could not be evaluated: filter\.\$new: there is no operator/);
  expect(unknown.findMismatch({})).toEqual({ path: undefined, operator: undefined, message });
  expect(unknown.explain({})).toEqual([{ path: '', operator: 'filter', holds: false, message }]);
});
