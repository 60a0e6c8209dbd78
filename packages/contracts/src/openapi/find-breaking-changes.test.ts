import { expect, test } from 'vitest';
import { createOpenApi } from './create-openapi.ts';
import { findBreakingChanges } from './find-breaking-changes.ts';

interface Parts {
  parameters?: object[];
  body?: object;
  bodyRequired?: boolean;
  answer?: object;
  scopes?: string[];
}

/** A document with the operation `POST /a`. */
const documentOf = ({ parameters = [], body, bodyRequired = false, answer, scopes = [] }: Parts) => ({
  paths: {
    '/a': {
      post: {
        parameters,
        ...(body && { requestBody: { required: bodyRequired, content: json(body) } }),
        responses: { 200: answer ? { content: json(answer) } : {} },
        security: [{ bearer: scopes }],
      },
    },
  },
});
const json = (schema: object) => ({ 'application/json': { schema } });
const compare = (before: Parts, after: Parts) =>
  findBreakingChanges(documentOf(before), documentOf(after)).map((text) => text.replace('POST /a: ', ''));

const object = (properties: object, required: string[] = [], rest: object = {}) => ({
  type: 'object',
  properties,
  required,
  ...rest,
});
const text = { type: 'string' };
const query = (name: string, schema: object, required = false) => ({ name, in: 'query', required, schema });

test('the API does not break its own callers', () => {
  expect(findBreakingChanges(createOpenApi(), createOpenApi())).toEqual([]);
});

test('an operation that is gone breaks its callers, and a new operation breaks nobody', () => {
  const [none, some] = [{ paths: {} }, documentOf({})];
  expect(findBreakingChanges(some, none)).toEqual(['POST /a is gone']);
  expect(findBreakingChanges(none, some)).toEqual([]);
});

test.each<[string, Parts, Parts, string[]]>([
  ['a parameter is gone', { parameters: [query('q', text)] }, {}, ['query parameter q is gone']],
  ['an optional parameter is new', {}, { parameters: [query('q', text)] }, []],
  [
    'a required parameter is new',
    {},
    { parameters: [query('q', text, true)] },
    ['query parameter q is new and required'],
  ],
  [
    'a parameter becomes required',
    { parameters: [query('q', text)] },
    { parameters: [query('q', text, true)] },
    ['query parameter q is required now'],
  ],
  [
    'a parameter takes fewer values',
    { parameters: [query('q', { enum: ['a', 'b'] })] },
    { parameters: [query('q', { enum: ['a', 'c'] })] },
    ['query parameter q no longer takes "b"'],
  ],
  [
    'a parameter takes more values',
    { parameters: [query('q', { enum: ['a'] })] },
    { parameters: [query('q', { enum: ['a', 'b'] })] },
    [],
  ],
  [
    'a body becomes required',
    { body: object({}) },
    { body: object({}), bodyRequired: true },
    ['the body is required now'],
  ],
  ['a body is gone', { body: object({}) }, {}, ['the body is gone']],
  [
    'a field of the body becomes required',
    { body: object({ a: text }) },
    { body: object({ a: text }, ['a']) },
    ['body.a is required now'],
  ],
  [
    'a field with a default becomes required',
    { body: object({ a: text }) },
    { body: object({ a: { ...text, default: 'x' } }, ['a']) },
    [],
  ],
  [
    'a field of the body is refused',
    { body: object({ a: text }) },
    { body: object({}, [], { additionalProperties: false }) },
    ['body.a is refused now'],
  ],
  [
    'a bound is narrower',
    { body: object({ a: { ...text, maxLength: 9 } }) },
    { body: object({ a: { ...text, maxLength: 8 } }) },
    ['body.a: maxLength is 8 now'],
  ],
  [
    'a bound is wider',
    { body: object({ a: { ...text, maxLength: 8 } }) },
    { body: object({ a: { ...text, maxLength: 9 } }) },
    [],
  ],
  [
    'a pattern is another',
    { body: object({ a: text }) },
    { body: object({ a: { ...text, pattern: '^a' } }) },
    ['body.a has another pattern now'],
  ],
  [
    'a field takes another type',
    { body: object({ a: text }) },
    { body: object({ a: { type: 'integer' } }) },
    ['body.a no longer takes string'],
  ],
  [
    'an integer may be any number',
    { body: object({ a: { type: 'integer' } }) },
    { body: object({ a: { type: 'number' } }) },
    [],
  ],
  [
    'a nullable field of the body must not be null',
    { body: object({ a: { anyOf: [text, { type: 'null' }] } }) },
    { body: object({ a: text }) },
    ['body.a no longer takes null'],
  ],
  [
    'a field of the answer is gone',
    { answer: object({ a: text }) },
    { answer: object({}) },
    ['answer 200.a is gone'],
  ],
  ['a field of the answer is new', { answer: object({}) }, { answer: object({ a: text }, ['a']) }, []],
  [
    'a field of the answer can be absent',
    { answer: object({ a: text }, ['a']) },
    { answer: object({ a: text }) },
    ['answer 200.a can be absent now'],
  ],
  [
    'a field of the answer can be null',
    { answer: object({ a: text }) },
    { answer: object({ a: { anyOf: [text, { type: 'null' }] } }) },
    ['answer 200.a can now be null'],
  ],
  [
    'a field of the answer has a new value',
    { answer: object({ a: { enum: ['x'] } }) },
    { answer: object({ a: { enum: ['x', 'y'] } }) },
    ['answer 200.a can now be "y"'],
  ],
  [
    'an item of a list in the answer is another',
    { answer: { type: 'array', items: object({ a: text }) } },
    { answer: { type: 'array', items: object({}) } },
    ['answer 200[].a is gone'],
  ],
  [
    'another scope is needed',
    { scopes: ['events:read'] },
    { scopes: ['admin'] },
    ['the scope admin is needed now'],
  ],
])('%s: what breaks is named', (_name, before, after, changes) => {
  expect(compare(before, after)).toEqual(changes);
});
