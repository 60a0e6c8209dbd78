/** Larger answers are not looked into. */
export const MAX_AUDITED_BYTES = 256 * 1024;

/** The `data` of an answer; undefined for what is no answer of the API. */
export function parseData(text: string): unknown {
  return parseMember(text, 'data');
}

/** The `code` of an error answer, in both of its forms. */
export function parseCode(text: string): string | undefined {
  const code = parseMember(text, 'code');
  return typeof code === 'string' ? code : undefined;
}

function parseMember(text: string, name: string): unknown {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null)?.[name];
  } catch {
    return undefined;
  }
}
