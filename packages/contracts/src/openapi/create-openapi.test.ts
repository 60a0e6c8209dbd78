import { expect, test } from 'vitest';
import { API_OPERATIONS } from '../api/index.ts';
import { createOpenApi } from './create-openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document
const document = createOpenApi() as any;

test('the document has every operation under its path and method, with a unique id', () => {
  for (const { id, method, path } of API_OPERATIONS) {
    const described = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    expect(described?.operationId).toBe(id);
  }
  expect(new Set(API_OPERATIONS.map(({ id }) => id)).size).toBe(API_OPERATIONS.length);
});

test('the success of every operation has its schema, or is bytes of any content type', () => {
  for (const { method, path, success } of API_OPERATIONS) {
    const { responses } = document.paths[path.replace(/:(\w+)/g, '{$1}')][method.toLowerCase()];
    expect(responses[success.status].content).toEqual(
      success.schema
        ? { 'application/json': { schema: JSON.parse(JSON.stringify(success.schema)) } }
        : { '*/*': {} },
    );
  }
});

test('every parameter of a path is described and required', () => {
  for (const [path, methods] of Object.entries<
    Record<string, { parameters: { name: string; in: string; required: boolean }[] }>
  >(document.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    for (const { parameters } of Object.values(methods)) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual(names);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  }
});

test('the document is plain JSON, and has the schema of errors and the authentication', () => {
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  expect(JSON.stringify(document)).not.toContain('"~');
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.components.schemas.Error.properties)).toEqual([
    'error',
    'code',
    'details',
    'requestId',
  ]);
  expect(document.components.securitySchemes.bearer.scheme).toBe('bearer');
  expect(document.paths['/api/events'].post.requestBody.content['application/json'].schema.required).toEqual([
    'type',
    'data',
  ]);
});

test('an operation that needs another scope for a value of a field says so', () => {
  const operation = document.paths['/api/webhooks'].post;
  expect(operation.description).toContain('With `format` `request` also `sources:write`.');
});

test('every operation names the scope that it needs', () => {
  const described = API_OPERATIONS.map(({ method, path, scope }) => {
    const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')][method.toLowerCase()];
    return [scope, operation.security[0].bearer, operation.description.includes(`Scope: \`${scope}\`.`)];
  });
  expect(described).toEqual(
    API_OPERATIONS.map(({ scope }) => [scope, scope === null ? [] : [scope], scope !== null]),
  );
});

test('a body is required if it has a required field', () => {
  const isRequired = (path: string) => document.paths[path].post.requestBody.required;
  expect(isRequired('/api/webhooks')).toBe(true);
  expect(isRequired('/api/webhooks/{id}/verify')).toBe(false);
  expect(document.paths['/api/webhooks/{id}'].put.requestBody.required).toBe(true);
});
