import { ApiError, type Warning } from '@hookline/contracts';
import { getProvider, listProviders, type Provider } from '@hookline/providers';
import { describeUnknownName, didYouMean } from '@hookline/service';

/** @throws ApiError `invalid_request` that names the nearest providers or where they are listed */
export function requireProvider(name: string): Provider {
  const provider = getProvider(name);
  if (provider) return provider;
  const known = listProviders().flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  const advice = didYouMean(name, known) || ': GET /api/providers lists the providers';
  throw new ApiError('invalid_request', { message: `body/provider must be a known provider${advice}` });
}

/**
 * The secret to store. White space around it usually comes from copying: it is removed if the provider's secrets
 * cannot contain it, and kept with a warning if they can.
 * @param given undefined: the request has no secret
 * @throws ApiError `invalid_request` when the secret is not valid for the provider, or is missing or superfluous
 */
export function readSourceSecret<Given extends string | undefined>(
  provider: Provider,
  given: Given,
): { secret: Given; warnings: Warning[] } {
  const problem = problemOfSecret(provider, given);
  const trimmed = given?.trim();
  const hasSpace = trimmed !== given;
  if (problem === undefined) return { secret: given, warnings: hasSpace ? [OUTER_SPACE] : [] };
  if (hasSpace && trimmed !== '' && problemOfSecret(provider, trimmed) === undefined)
    return { secret: trimmed as Given, warnings: [] };
  throw new ApiError('invalid_request', { message: `body/secret: ${problem}` });
}

const OUTER_SPACE: Warning = {
  code: 'secret_whitespace',
  path: 'body/secret',
  message:
    "The secret begins or ends with white space or a line break, which was kept as part of the secret. If the provider's secret has none, every request will be refused: set the secret again without it",
};

function problemOfSecret(provider: Provider, secret: string | undefined): string | undefined {
  const { secret: need = 'required', name } = provider;
  if (secret === undefined) {
    return need === 'required' ? `${name} signs with a secret, and unsigned requests are refused` : undefined;
  }
  if (need === 'none') return `${name} needs no secret; remove it`;
  return provider.checkSecret(secret);
}

/** Warns about other values that are copied from a provider's page and compared exactly. */
export function warnOfOuterSpace(values: Readonly<Record<string, string | null | undefined>>): Warning[] {
  return Object.entries(values)
    .filter(([, value]) => value && value.trim() !== value)
    .map(([name]) => ({
      code: 'outer_whitespace',
      path: `body/${name}`,
      message:
        'The value begins or ends with white space or a line break, which was kept as part of the value',
    }));
}

/** The options of a source. */
export const copiedValues = (body: {
  verifyToken?: string | null | undefined;
  options?: Readonly<Record<string, string | null | undefined>> | null | undefined;
}): Record<string, string | null | undefined> => ({
  verifyToken: body.verifyToken,
  ...Object.fromEntries(
    Object.entries(body.options ?? {}).map(([name, value]) => [`options/${name}`, value]),
  ),
});

/** @throws ApiError `invalid_request` for an unknown, an invalid or a missing option */
export function checkProviderOptions(provider: Provider, given: Readonly<Record<string, string>>): void {
  const known = Object.entries(provider.options ?? {});
  const names = new Map(known);
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined) {
    const { path, message } = describeUnknownName('body/options', unknown, [...names.keys()]);
    const has = known.length === 0 ? `: ${provider.name} has no options` : '';
    throw new ApiError('invalid_request', { message: `${path} ${message}${has}` });
  }
  for (const [name, { check }] of known) {
    const value = given[name];
    const problem = value === undefined ? undefined : check?.(value);
    if (problem !== undefined) {
      throw new ApiError('invalid_request', { message: `body/options/${name}: ${problem}` });
    }
  }
  const missing = known.filter(([name, { required }]) => required && !Object.hasOwn(given, name));
  if (missing.length === 0) return;
  throw new ApiError('invalid_request', {
    message: `body/options lacks ${missing.map(([name, { description }]) => `"${name}": ${description}`).join('; ')}`,
  });
}
