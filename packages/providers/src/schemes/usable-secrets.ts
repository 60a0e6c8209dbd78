import type { VerificationInput } from '../provider.ts';

/** The secrets of a source that are not empty, with their places. */
export function usableSecrets(
  input: VerificationInput,
): { readonly secret: string; readonly secretIndex: number }[] {
  return input.secrets
    .map((secret, secretIndex) => ({ secret, secretIndex }))
    .filter(({ secret }) => secret !== '');
}
