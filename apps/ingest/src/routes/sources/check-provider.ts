import { ApiError, type Warning } from '@hookline/contracts';
import { getProvider, listProviders, type Provider } from '@hookline/providers';
import { describeUnknownName, didYouMean } from '@hookline/service';

/** @throws ApiError `invalid_request` that says which provider may be meant, or where they are listed */
export function requireProvider(name: string): Provider {
  const provider = getProvider(name);
  if (provider) return provider;
  const known = listProviders().flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  const advice = didYouMean(name, known) || ': GET /api/providers lists those there are';
  throw new ApiError('invalid_request', { message: `body/provider is not a provider${advice}` });
}

/**
 * The secret to be kept. White space around one comes from copying it: it is taken off where the provider's secrets cannot
 * have it, and warned of where they can.
 * @param given undefined: none was given
 * @throws ApiError `invalid_request` when the provider could not sign with such a secret, or not without one
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
    'The secret begins or ends with white space or a line break, which was kept as a part of it: if the provider has it without, every request will be refused. Set it again without',
};

function problemOfSecret(provider: Provider, secret: string | undefined): string | undefined {
  const { secret: need = 'required', name } = provider;
  if (secret === undefined) {
    return need === 'required' ? `${name} signs with a secret, and nothing is accepted unsigned` : undefined;
  }
  if (need === 'none') return `${name} needs no secret; leave it out`;
  return provider.checkSecret(secret);
}

/** Of other values that are copied from a provider's page, and compared as they are. */
export function warnOfOuterSpace(values: Readonly<Record<string, string | null | undefined>>): Warning[] {
  return Object.entries(values)
    .filter(([, value]) => value && value.trim() !== value)
    .map(([name]) => ({
      code: 'outer_whitespace',
      path: `body/${name}`,
      message: 'It begins or ends with white space or a line break, which was kept as a part of it',
    }));
}

/** What a source is given beside its secret. */
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
