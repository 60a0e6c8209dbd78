import { curlCommand } from '@hookline/contracts/shell';
import type { DescribedOperation, ExampleCall } from './described-operation.ts';

/** The call for the shell. The address and the key come from the environment. */
export function curlLines(operation: DescribedOperation, call: ExampleCall): string {
  const { method, path } = operation;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(call.parameters[name] ?? name),
  );
  const query = new URLSearchParams(parametersOf(operation, call, 'query')).toString();
  return curlCommand(method, query === '' ? filled : `${filled}?${query}`, call.body);
}

/** The call with `@hookline/client`. */
export function clientLines(operation: DescribedOperation, call: ExampleCall): string {
  const parts = {
    params: parametersOf(operation, call, 'path'),
    query: parametersOf(operation, call, 'query'),
    body: call.body,
  };
  const given = Object.entries(parts).filter(
    ([, part]) => part !== undefined && (!Array.isArray(part) || part.length > 0),
  );
  const request = given.map(
    ([name, part]) => `  ${name}: ${toLiteral(Array.isArray(part) ? Object.fromEntries(part) : part)},\n`,
  );
  const argument = request.length === 0 ? '' : `, {\n${request.join('')}}`;
  return `const answer = await hookline.call('${operation.id}'${argument});`;
}

function parametersOf(
  { parameters }: DescribedOperation,
  call: ExampleCall,
  place: 'path' | 'query',
): [name: string, value: string][] {
  return parameters.flatMap(({ name, in: at }) => {
    const value = call.parameters[name];
    return at === place && value !== undefined ? [[name, value] as [string, string]] : [];
  });
}

/** JSON as JavaScript is written by hand: names without quotes where they need none. */
function toLiteral(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(/^( *)"([A-Za-z_]\w*)":/gm, '$1$2:')
    .replaceAll('\n', '\n  ');
}
