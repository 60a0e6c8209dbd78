import type { RejectionCause } from '@hookline/contracts';

/** A secret as it might have been meant. */
export interface SecretVariant {
  secret: string;
  cause: Extract<RejectionCause, 'secret_whitespace' | 'secret_prefix' | 'secret_encoding'>;
  /** Follows "the secret". */
  wording: string;
  hint: string;
}

const PREFIX = /^[a-z]{2,8}_(?=.)/;

/** What people make of a secret while they copy it. At most five, none of them the secret itself. */
export function secretVariants(secret: string): SecretVariant[] {
  const variants: SecretVariant[] = [];
  const add = (variant: SecretVariant) => {
    if (variant.secret !== '' && variant.secret !== secret) variants.push(variant);
  };
  add({
    secret: secret.trim(),
    cause: 'secret_whitespace',
    wording: 'without the white space around it',
    hint: 'The secret that is set here has white space or a line break around it. Set it again without.',
  });
  add({
    secret: `${secret}\n`,
    cause: 'secret_whitespace',
    wording: 'with a line break at its end',
    hint: 'The sender’s secret ends in a line break, as one that was read from a file does. Set it there again without.',
  });
  add({
    secret: secret.replace(PREFIX, ''),
    cause: 'secret_prefix',
    wording: 'without its prefix',
    hint: 'The sender uses the secret without its prefix. Set it here as the sender has it.',
  });
  if (!PREFIX.test(secret)) {
    add({
      secret: `whsec_${secret}`,
      cause: 'secret_prefix',
      wording: 'with the prefix whsec_',
      hint: 'The prefix whsec_ is part of the secret, and was left out here. Set the whole secret.',
    });
  }
  add({
    secret: `whsec_${Buffer.from(secret).toString('base64')}`,
    cause: 'secret_encoding',
    wording: 'as the text that it is, not decoded from base64',
    hint: 'The sender signs with the text of the secret, where this provider decodes it from base64 first. Put the sender right.',
  });
  return variants;
}
