import { REDACTED } from '../../endpoints/headers/redact-headers.ts';
import { OutputError } from './read-output.ts';

/**
 * Puts the endpoint's own values back into the headers that the code returned. The code sees secrets redacted, because what it
 * throws or returns is shown to people who may not see them.
 * @param own the headers of the endpoint
 * @throws OutputError for a redacted value in a header that the endpoint does not have
 */
export function restoreSecrets(
  returned: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = new Map(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]));
  return Object.fromEntries(
    Object.entries(returned).map(([name, value]) => {
      if (value !== REDACTED) return [name, value];
      const secret = known.get(name.toLowerCase());
      if (secret === undefined)
        throw new OutputError(
          `webhook.headers: the value of ${name} is ${REDACTED}, which stands for a secret of the endpoint in the header of the same name only`,
        );
      return [name, secret];
    }),
  );
}
