import { type OperationName, type OperationRequest, requestLineOf } from '@hookline/client';
import { type CliCalls, cliCommand, curlCommand } from '@hookline/contracts/shell';
import cliCalls from './cli-calls.json' with { type: 'json' };

/** What does the same in a terminal. */
export interface CommandLines {
  curl: string;
  /** Absent when no command of the CLI makes this call. */
  cli?: string | undefined;
}

interface Parts {
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, unknown>>;
  body?: unknown;
}

export function commandLinesOf<Name extends OperationName>(
  name: Name,
  request: OperationRequest<Name>,
): CommandLines {
  const { params = {}, query = {}, body } = request as Parts;
  const { method, path } = requestLineOf(name, request);
  const call = (cliCalls as CliCalls)[name];
  return {
    curl: curlCommand(method, path, body),
    cli:
      call &&
      cliCommand(call, {
        params: Object.values(params),
        query: Object.entries(query).filter(([, value]) => value !== undefined),
        body,
      }),
  };
}
