/**
 * The method and path of each operation, which the client needs at run time, from packages/contracts. `--write` writes
 * the file; without an option (a part of `npm run lint`) it fails if the file is out of date.
 */
import { API_OPERATIONS } from '../packages/contracts/src/index.ts';
import { writeOrCheck } from './generated-file.ts';

const FILE = 'packages/client/src/api/api-routes.ts';
const entries = API_OPERATIONS.map(({ id, method, path }) => `  ${id}: '${method} ${path}',\n`);
const bytes = API_OPERATIONS.filter(({ success }) => success.schema === undefined).map(({ id }) => `'${id}'`);
const current = `// Written by scripts/api-routes.ts.
import type { OperationName, Operations } from './api-client.ts';

/** The method and path of each operation. The compiler compares them with the contracts. */
export const API_ROUTES = {
${entries.join('')}} as const satisfies {
  [Name in OperationName]: \`\${Operations[Name]['method']} \${Operations[Name]['path']}\`;
};

/** Operations that answer with bytes; all others answer with JSON. */
export const BYTES_OPERATIONS: ReadonlySet<string> = new Set<OperationName>([${bytes.join(', ')}]);
`;

writeOrCheck({
  file: FILE,
  current,
  upToDate: `${FILE} has the ${API_OPERATIONS.length} operations of the API.`,
  stale: `${FILE} does not have the operations as packages/contracts defines them.`,
});
