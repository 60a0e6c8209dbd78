import type { RejectionCause } from '@hookline/contracts';

/** A secret as the sender may have it. */
export interface SecretVariant {
  secret: string;
  cause: Extract<RejectionCause, 'secret_whitespace' | 'secret_prefix' | 'secret_encoding'>;
  /** Continues "the secret". */
  wording: string;
  hint: string;
}

const PREFIX = /^[a-z]{2,8}_(?=.)/;

/** Common mistakes in copying a secret. At most five variants, none of them the secret itself. */
export function secretVariants(secret: string): SecretVariant[] {
  const variants: SecretVariant[] = [];
  const add = (variant: SecretVariant) => {
    if (variant.secret !== '' && variant.secret !== secret) variants.push(variant);
  };
  add({
    secret: secret.trim(),
    cause: 'secret_whitespace',
    wording: 'without the white space around it',
    hint: 'The secret that is set here begins or ends with white space or a line break. Set it again without them.',
  });
  add({
    secret: `${secret}\n`,
    cause: 'secret_whitespace',
    wording: 'with a line break at its end',
    hint: "The sender's secret ends with a line break, as when it is read from a file. Set it at the sender without the line break.",
  });
  add({
    secret: secret.replace(PREFIX, ''),
    cause: 'secret_prefix',
    wording: 'without its prefix',
    hint: 'The sender uses the secret without its prefix. Set it here without the prefix.',
  });
  if (!PREFIX.test(secret)) {
    add({
      secret: `whsec_${secret}`,
      cause: 'secret_prefix',
      wording: 'with the prefix whsec_',
      hint: 'The prefix whsec_ is part of the secret and is missing here. Set the whole secret.',
    });
  }
  add({
    secret: `whsec_${Buffer.from(secret).toString('base64')}`,
    cause: 'secret_encoding',
    wording: 'as text, not decoded from base64',
    hint: 'The sender uses the secret as text as its key, and this provider decodes the secret from base64 first. Correct the sender.',
  });
  return variants;
}
