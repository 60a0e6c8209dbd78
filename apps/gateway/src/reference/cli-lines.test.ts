import type { CliCalls } from '@hookline/contracts/shell';
import { expect, test } from 'vitest';
import { cliLines } from './cli-lines.ts';
import type { DescribedOperation } from './described-operation.ts';

const CALLS: CliCalls = {
  change: {
    command: 'hookline things change',
    options: {
      userId: { flag: '--user-id', kind: 'text' },
      name: { flag: '--name', kind: 'text' },
      events: { flag: '--events', kind: 'texts' },
      rule: { flag: '--rule', kind: 'json' },
      active: { flag: '--active', kind: 'boolean' },
    },
    takesBody: true,
  },
  pauseAll: {
    command: 'hookline things pause-all',
    options: { tag: { flag: '--tag', kind: 'text' } },
    takesBody: false,
    sets: { action: 'pause' },
    within: 'filter',
  },
};
const lines = (parameters: Record<string, string>, body?: unknown, id = 'change') =>
  cliLines({ id, path: '/things/{id}' } as DescribedOperation, { parameters, body }, CALLS);

test('parameters of the path are arguments, and fields of the query and body are options', () => {
  expect(lines({ id: 'ep_1', userId: 'acme' }, { name: 'n', active: true })).toBe(
    'hookline things change ep_1 \\\n  --user-id acme \\\n  --name n \\\n  --active true',
  );
});

test('a list of texts is given several times, and other lists and objects as JSON', () => {
  expect(lines({ id: 'ep_1' }, { events: ['a.*', 'b'], rule: { a: [1] } })).toBe(
    `hookline things change ep_1 \\\n  --events 'a.*' \\\n  --events b \\\n  --rule '{"a":[1]}'`,
  );
});

test('a body with a field that has no option is given as a whole', () => {
  expect(lines({ id: 'ep_1', userId: 'acme' }, { name: "it's", other: 1 })).toBe(
    `hookline things change ep_1 \\\n  --user-id acme \\\n  --data '{"name":"it'\\''s","other":1}'`,
  );
});

test('a call that no command makes has no lines', () => {
  expect(lines({ id: 'ep_1' }, undefined, 'other')).toBe(undefined);
  expect(lines({ id: 'ep_1', unknown: 'x' }, {})).toBe(undefined);
});

test('the fields within a part of the body are options, and what the command sets by itself is left out', () => {
  const pauseAll = (body: unknown) => lines({ id: 'ep_1' }, body, 'pauseAll');
  expect(pauseAll({ action: 'pause', filter: { tag: 'eu' } })).toBe(
    'hookline things pause-all ep_1 \\\n  --tag eu',
  );
  expect(pauseAll({ action: 'resume', filter: { tag: 'eu' } })).toBe(undefined);
  expect(pauseAll({ action: 'pause', filter: { host: 'a.example' } })).toBe(undefined);
});
