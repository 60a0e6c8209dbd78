/** A request that a person pasted. */
export interface PastedRequest {
  /** Upper-case. */
  method: string;
  /** A whole URL or a path, unchanged. Undefined: there was none. */
  url: string | undefined;
  /** Values by lower-case name, one for each occurrence. */
  headers: Map<string, string[]>;
  body: Buffer;
}

export function addHeader(headers: Map<string, string[]>, name: string, value: string): void {
  const lower = name.toLowerCase();
  const values = headers.get(lower);
  if (values) values.push(value);
  else headers.set(lower, [value]);
}

/** The characters that HTTP allows in a header name. */
export const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
