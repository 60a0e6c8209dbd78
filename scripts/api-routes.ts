/**
 * What the client must know of each operation at run time, from packages/contracts. `--write` writes the file; without an
 * option (a part of `npm run lint`) it fails if the file is out of date.
 */
import { API_OPERATIONS, type Operation } from '../packages/contracts/src/index.ts';
import { writeOrCheck } from './generated-file.ts';

const FILE = 'packages/client/src/api/routes.ts';
const entries = API_OPERATIONS.map((operation) => `  ${operation.id}: '${routeOf(operation)}',\n`);
const current = `// Written by scripts/api-routes.ts.
import type { RouteOf } from '../contracts.ts';
import type { OperationName } from './operations.ts';

/**
 * The method and path of each operation, whether it takes a body and a query, and whether it answers with bytes, with
 * pages or with lines. The compiler compares them with the contracts.
 */
export const ROUTES = {
${entries.join('')}} as const satisfies { [Name in OperationName]: RouteOf<Name> };
`;

function routeOf({ method, path, body, query, success, isStream }: Operation): string {
  const properties = (success.schema as { properties?: object } | undefined)?.properties ?? {};
  const marks = [
    ...(body ? ['body'] : []),
    ...(query ? ['query'] : []),
    ...(isStream ? ['lines'] : success.schema ? [] : ['bytes']),
    ...('page' in properties ? ['pages'] : []),
  ];
  return [method, path, ...marks].join(' ');
}

writeOrCheck({
  file: FILE,
  current,
  upToDate: `${FILE} has the ${API_OPERATIONS.length} operations of the API.`,
  stale: `${FILE} does not have the operations as packages/contracts defines them.`,
});
