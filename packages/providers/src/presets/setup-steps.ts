/** The provider's terms, for the setup steps. */
export interface SetupWords {
  /** Where to enter the address, such as `the webhook settings of Acme`. */
  readonly where: string;
  /** The provider's term for the secret, such as `the signing secret`. */
  readonly secret: string;
  /** Further steps or notes, one or more sentences each. */
  readonly notes?: readonly string[];
}

/** The provider's API returns the secret when the webhook is created. */
export function storeReturned({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    `In ${where}, create a webhook with the address of this source.`,
    `As the secret of this source, store ${secret}.`,
    ...notes,
  ];
}

/** The provider generates the secret and shows it. */
export function copySecret({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    `In ${where}, add a webhook with the address of this source and choose the events to send.`,
    `Copy ${secret} and store it here as the secret of this source.`,
    ...notes,
  ];
}

/** The secret belongs to the account or the app, and exists before any webhook. */
export function useKey({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    `Copy ${secret} and store it here as the secret of this source.`,
    `In ${where}, add a webhook with the address of this source and choose the events to send.`,
    ...notes,
  ];
}

/** The person generates the secret and enters it on both sides. */
export function chooseSecret({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    'Generate a long random text and store it here as the secret of this source.',
    `In ${where}, add a webhook with the address of this source, and enter the same text as ${secret}.`,
    ...notes,
  ];
}

/** The person generates the secret and enters it at the provider as the value of a header. */
export function sendHeader({ where, secret, notes = [] }: SetupWords): string[] {
  return [
    'Generate a long random text and store it here as the secret of this source.',
    `In ${where}, add a webhook with the address of this source and the header ${secret}.`,
    ...notes,
  ];
}

/** The person chooses a user name and a password. */
export function choosePassword({ where, notes = [] }: Omit<SetupWords, 'secret'>): string[] {
  return [
    'Choose a user name and generate a long random password. Store them here as the secret of this source, as <user name>:<password>.',
    `In ${where}, add a webhook with the address of this source and that user name and password.`,
    ...notes,
  ];
}

/** The provider cannot store a secret, so the secret is part of the address. */
export function secretInAddress({ where, notes = [] }: Omit<SetupWords, 'secret'>): string[] {
  return [
    'Generate a long random text of letters and digits and store it here as the secret of this source.',
    `In ${where}, enter the address of this source, followed by "?secret=" and that text.`,
    ...notes,
  ];
}
