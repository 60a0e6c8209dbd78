/**
 * How to connect the providers that are all alike: what they call things, in sentences of ours.
 */
export interface SetupWords {
  /** Where its address is entered, such as `the webhook settings of Acme`. */
  readonly where: string;
  /** What it calls the secret, such as `the signing secret`. */
  readonly secret: string;
  /** What else to know, a sentence each. */
  readonly notes?: readonly string[];
}

/** The provider makes the secret and shows it. */
export function copySecret({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    `In ${where}, add a webhook with the address of this source and choose what it sends.`,
    `Copy ${secret} from there and store it here as the secret of this source.`,
    ...notes,
  ];
}

/** The secret is one of the account or the app, and there before any webhook. */
export function useKey({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    `Find ${secret} and store it here as the secret of this source.`,
    `In ${where}, add a webhook with the address of this source and choose what it sends.`,
    ...notes,
  ];
}

/** The person makes the secret up and enters it on both sides. */
export function chooseSecret({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    'Think of a long random text and store it here as the secret of this source.',
    `In ${where}, add a webhook with the address of this source, and enter the same text as ${secret}.`,
    ...notes,
  ];
}

/** The person has a header with the secret sent along. */
export function sendHeader({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    'Think of a long random text and store it here as the secret of this source.',
    `In ${where}, add a webhook with the address of this source and the header ${secret}.`,
    ...notes,
  ];
}
