import { Answer } from '../core/answer.ts';

const REST_DOCUMENTATION = 'https://docs.github.com/rest';

/** An error as the REST API words it. */
export function failure(
  status: number,
  message: string,
  more: { errors?: unknown[]; headers?: Record<string, string> } = {},
): Answer {
  const { errors, headers } = more;
  return new Answer(
    status,
    {
      message,
      ...(errors !== undefined && { errors }),
      documentation_url: REST_DOCUMENTATION,
      status: String(status),
    },
    headers,
  );
}
