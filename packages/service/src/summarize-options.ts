const SECRET = /(key|token|secret|password)s?$/i;

/**
 * Every option of a service by its name, for one log line. An option inside another is named by its path, such as
 * `streams.replicas`. A secret is shown as `configured` or `not configured`; the last part of its name tells that it is
 * one (key, token, secret, password). A URL is shown without its user, password and query.
 */
export function summarizeOptions(options: object): Record<string, unknown> {
  const summary: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (SECRET.test(name)) Object.assign(summary, summarizeSecret(name, value));
    else Object.assign(summary, summarizeValue(name, value));
  }
  return summary;
}

function summarizeValue(name: string, value: unknown): Record<string, unknown> {
  if (value === undefined) return { [name]: 'not configured' };
  if (typeof value === 'string') return { [name]: withoutCredentials(value) };
  if (Array.isArray(value)) {
    return { [name]: value.map((each) => (typeof each === 'string' ? withoutCredentials(each) : each)) };
  }
  if (typeof value !== 'object' || value === null) return { [name]: value };
  return Object.fromEntries(
    Object.entries(summarizeOptions(value)).map(([inner, shown]) => [`${name}.${inner}`, shown]),
  );
}

function summarizeSecret(name: string, value: unknown): Record<string, unknown> {
  // By provider, for example.
  if (value instanceof Map && value.size > 0) {
    return Object.fromEntries([...value.keys()].map((key) => [`${name}.${key}`, 'configured']));
  }
  const isEmpty =
    value === undefined ||
    value === '' ||
    value instanceof Map ||
    (Array.isArray(value) && value.length === 0);
  return { [name]: isEmpty ? 'not configured' : 'configured' };
}

const withoutCredentials = (text: string) =>
  text.replace(/\/\/[^/?#,\s]*@/g, '//***@').replace(/\?[^,\s]*/g, '?***');
