import { OPERATOR_KEY } from './start-gateway.ts';

export interface ApiAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  body: any;
}

/** Calls the API with a key. Default: the operator key; `null`: no key. */
export async function callApi(
  url: string,
  method: string,
  path: string,
  options: { key?: string | null; body?: unknown; headers?: Record<string, string> } = {},
): Promise<ApiAnswer> {
  const key = options.key === undefined ? OPERATOR_KEY : options.key;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** Creates a key of a tenant, or without a tenant an operator key. */
export async function createKey(url: string, userId?: string): Promise<{ id: string; key: string }> {
  const { status, body } = await callApi(url, 'POST', '/api/keys', { body: userId ? { userId } : {} });
  if (status !== 201) throw new Error(`no key was made: ${status} ${JSON.stringify(body)}`);
  return body.data;
}
