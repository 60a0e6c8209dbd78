import type { OperationName } from './operations.ts';
import { ROUTES } from './routes.ts';

/** What the client must know of an operation to send it. */
export interface Route {
  method: string;
  /** With the name of its one parameter, if it has one: `/api/webhooks/:id`. */
  path: string;
  hasBody: boolean;
  hasQuery: boolean;
  answer: 'json' | 'bytes' | 'pages' | 'lines';
}

/** @throws {TypeError} when there is no such operation */
export function routeOf(name: OperationName): Route {
  if (!Object.hasOwn(ROUTES, name)) throw new TypeError(`There is no operation ${name}`);
  const [method, path, ...marks] = ROUTES[name].split(' ') as [string, string, ...string[]];
  return {
    method,
    path,
    hasBody: marks.includes('body'),
    hasQuery: marks.includes('query'),
    answer: (['bytes', 'pages', 'lines'] as const).find((each) => marks.includes(each)) ?? 'json',
  };
}
