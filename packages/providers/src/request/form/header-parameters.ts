/**
 * The parameters of a header such as Content-Type, by their names in lower case. Quotation marks around a value and
 * backslashes before a quoted character are removed. Of several parameters with one name, the first counts.
 */
export function readParameters(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let at = header.indexOf(';'); at !== -1; ) {
    const equals = header.indexOf('=', at);
    if (equals === -1) break;
    const name = header
      .slice(at + 1, equals)
      .trim()
      .toLowerCase();
    const { value, end } = readValue(header, equals + 1);
    if (!parameters.has(name)) parameters.set(name, value);
    at = header.indexOf(';', end);
  }
  return parameters;
}

function readValue(header: string, start: number): { value: string; end: number } {
  let at = start;
  while (header[at] === ' ' || header[at] === '\t') at++;
  if (header[at] !== '"') {
    const semicolon = header.indexOf(';', at);
    const end = semicolon === -1 ? header.length : semicolon;
    return { value: header.slice(at, end).trim(), end };
  }
  let value = '';
  for (at++; at < header.length && header[at] !== '"'; at++) {
    // Browsers send the path of a file with single backslashes, which escape nothing.
    const isEscape = header[at] === '\\' && (header[at + 1] === '"' || header[at + 1] === '\\');
    value += header[isEscape ? ++at : at];
  }
  return { value, end: at };
}
