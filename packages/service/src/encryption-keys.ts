import { createSecretBox } from '@hookline/db';

/** The keys of HOOKLINE_ENCRYPTION_KEY. The first one seals; all of them open. */
export function toEncryptionKeys(text: string): string[] {
  return text.split(',').map((key) => key.trim());
}

/** @returns the problems of HOOKLINE_ENCRYPTION_KEY; none when the variable is missing, which its schema reports */
export function findEncryptionKeyProblems(text: string | undefined): string[] {
  if (!text) return [];
  try {
    createSecretBox(toEncryptionKeys(text));
    return [];
  } catch (error) {
    return [`HOOKLINE_ENCRYPTION_KEY: ${(error as Error).message}`];
  }
}
