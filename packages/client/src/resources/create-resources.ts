import type { Api } from '../api/caller.ts';
import type { OperationName } from '../api/operations.ts';
import { type Route, routeOf } from '../api/route.ts';
import { createExport } from './exports.ts';
import { createPages, type Page } from './pages.ts';
import type { CallOptionsWithQuery, Resources } from './resource-types.ts';
import { RESOURCES } from './resources.ts';

type QueryOf = Record<string, string | number | boolean | null | undefined>;

/** The methods of all resources, each of which sends its operation. */
export function createResources(api: Api): Resources {
  const resources = Object.entries(RESOURCES).map(([name, operations]) => [
    name,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [method, createMethod(api, operation)]),
    ),
  ]);
  return Object.fromEntries(resources) as Resources;
}

function createMethod({ call, open }: Api, name: OperationName): (...args: unknown[]) => unknown {
  const route = routeOf(name);
  return (...args) => {
    const { request, options } = readArguments(route, args);
    if (route.answer === 'lines') return createExport(() => open(name, request, options));
    if (route.answer !== 'pages') return call(name, request, options).then(dataOf);
    return createPages((cursor) =>
      call(
        name,
        cursor === undefined ? request : { ...request, query: nextQuery(request.query, cursor) },
        options,
      ).then((answer) => answer as Page<unknown>),
    );
  };
}

function readArguments(route: Route, args: unknown[]) {
  const rest = [...args];
  const param = /:(\w+)/.exec(route.path)?.[1];
  const params = param === undefined ? undefined : { [param]: rest.shift() as string };
  const body = route.hasBody ? rest.shift() : undefined;
  const ownQuery = !route.hasBody && route.hasQuery ? (rest.shift() as QueryOf | undefined) : undefined;
  const { query = ownQuery, ...options } = (rest[0] ?? {}) as CallOptionsWithQuery<QueryOf>;
  return { request: { params, body, query }, options };
}

/** The page after a cursor. `offset` is for the first page only. */
function nextQuery(query: QueryOf | undefined, cursor: string): QueryOf {
  return { ...query, cursor, offset: undefined };
}

/** What a method resolves to: the answer's `data`, or the whole answer if it has none. */
function dataOf(answer: unknown): unknown {
  return answer instanceof Uint8Array ? answer : (answer as { data: unknown }).data;
}
