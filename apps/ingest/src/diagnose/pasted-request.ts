/** A request as someone pasted it. */
export interface PastedRequest {
  /** Upper-case. */
  method: string;
  /** As it was given: a whole URL, or a path; undefined where there was none. */
  url: string | undefined;
  /** Names lower-case, each occurrence by itself. */
  headers: Map<string, string[]>;
  body: Buffer;
}

export function addHeader(headers: Map<string, string[]>, name: string, value: string): void {
  const lower = name.toLowerCase();
  const values = headers.get(lower);
  if (values) values.push(value);
  else headers.set(lower, [value]);
}

/** What HTTP allows as the name of a header. */
export const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
