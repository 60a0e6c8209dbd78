import { parseExactJson } from '@hookline/json';
import Type from 'typebox';
import { expect, test } from 'vitest';
import { createTextCheck, MAX_BODY_DEPTH } from './check-text.ts';

const schema = Type.Union([
  Type.Object({
    name: Type.String(),
    data: Type.Unknown({ 'x-verbatim': true }),
    event: Type.Object({ data: Type.Unknown({ 'x-anyText': true }), type: Type.String() }),
  }),
  Type.Null(),
]);
const check = createTextCheck('body', schema);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let n = 0; n < depth; n++) value = n % 2 ? [value] : { a: value };
  return value;
}

test('text that Postgres cannot keep is refused with the path of its field, wherever it stands', () => {
  for (const bad of ['\0', 'a\0b', '\ud800', 'x\udc00y']) {
    expect(() => check({ name: bad })).toThrow('body/name holds a NUL or half a surrogate pair');
    expect(() => check({ list: [{ deep: ['ok', bad] }] })).toThrow('body/list/0/deep/1 holds');
    expect(() => check({ filter: { [bad]: 1 } })).toThrow('body/filter has a name with a NUL');
    expect(() => createTextCheck('params', undefined)({ id: bad })).toThrow('params/id holds');
  }
  check({ name: 'tab\t, emoji 😀, \u2028, \ufffe', n: 1, no: null });
});

test('a number that Postgres would write out at length is refused, however it is written', () => {
  for (const bad of ['1e131000', '-1E+1001', '1.5e-200000', `1e${'9'.repeat(50)}`]) {
    expect(() => check({ filter: parseExactJson(`[{"a":${bad}}]`) })).toThrow(
      'body/filter/0/a is a number with an exponent beyond 1000',
    );
  }
  check(parseExactJson('{"a":[1e308,1e1000,-1e-1000,12345678901234567890,0.10000000000000000000001]}'));
  check({ data: parseExactJson('[1e131000]') });
});

test('text that is not kept may be anything, and what is passed on as bytes is not looked at', () => {
  check({ event: { data: { '\0': ['\ud800'] } }, data: { '\0': '\0' } });
  check({ data: nested(20_000) });
  expect(() => check({ event: { type: '\0' } })).toThrow('body/event/type holds');
});

test('the entries of a list have the marks of their own schema', () => {
  const entry = Type.Object({ type: Type.String(), data: Type.Unknown({ 'x-verbatim': true }) });
  const checkList = createTextCheck('body', Type.Object({ events: Type.Array(entry) }));
  checkList({ events: [{ type: 'a', data: '\0' }, { data: [{ data: '\ud800' }] }] });
  expect(() => checkList({ events: [{ type: 'a' }, { type: '\0', data: 1 }] })).toThrow(
    'body/events/1/type holds',
  );
  expect(() => checkList({ events: { data: '\0' } })).toThrow('body/events/data holds');
});

test('nesting has a bound, wherever the value is looked at', () => {
  check(nested(MAX_BODY_DEPTH));
  expect(() => check(nested(MAX_BODY_DEPTH + 1))).toThrow('body is nested more than 256 levels deep');
  expect(() => check(nested(500_000))).toThrow('body is nested more than 256 levels deep');
  expect(() => check({ event: { data: nested(20_000) } })).toThrow('is nested more than 256 levels deep');
});

test('members below long names on a deep path cost no more than elsewhere', () => {
  const cpuMs = (members: number) => {
    let value: unknown = Object.fromEntries(Array.from({ length: members }, (_, n) => [`m${n}`, n]));
    for (let n = 0; n < 200; n++) value = { ['n'.repeat(members / 50)]: value };
    const before = process.cpuUsage();
    check(value);
    return process.cpuUsage(before).user / 1000;
  };
  cpuMs(10_000);
  // Ten times as many below names ten times as long: a path made for each member would take a hundred times as long.
  expect(cpuMs(100_000)).toBeLessThan(40 * Math.max(5, cpuMs(10_000)));
});
