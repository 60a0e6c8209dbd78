import { type CliCalls, cliCommand } from '@hookline/contracts/shell';
import type { DescribedOperation, ExampleCall } from './described-operation.ts';

/**
 * The call with the command line of Hookline.
 * @returns undefined if no command makes it
 */
export function cliLines(
  { id, path }: DescribedOperation,
  { parameters, body }: ExampleCall,
  calls: CliCalls,
): string | undefined {
  const call = calls[id];
  if (call === undefined) return undefined;
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return cliCommand(call, {
    params: params.map((name) => parameters[name] ?? name),
    query: Object.entries(parameters).filter(([name]) => !params.includes(name)),
    body,
  });
}
