/** What a provider calls things, for the steps of connecting it. */
export interface SetupWords {
  /** Where its address is entered, such as `the webhook settings of Acme`. */
  readonly where: string;
  /** What it calls the secret, such as `the signing secret`. */
  readonly secret: string;
  /** What else to know, a sentence each. */
  readonly notes?: readonly string[];
}

/** The provider's API makes the secret when the webhook is made. */
export function storeReturned({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    `In ${where}, make a webhook with the address of this source.`,
    `As the secret of this source, store ${secret}.`,
    ...notes,
  ];
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

/** The person makes a user name and a password up. */
export function choosePassword({ where, notes = [] }: Omit<SetupWords, 'secret'>): string[] {
  return [
    'Think of a user name and a long random password, and store both here, with a colon between them, as the secret of this source.',
    `In ${where}, add a webhook with the address of this source and that user name and password.`,
    ...notes,
  ];
}

/** The sender knows no secret, so that it becomes a part of the address. */
export function secretInAddress({ where, notes = [] }: Omit<SetupWords, 'secret'>): string[] {
  return [
    'Think of a long random text of letters and digits and store it here as the secret of this source.',
    `In ${where}, enter the address of this source with "?secret=" and that text behind it.`,
    ...notes,
  ];
}
