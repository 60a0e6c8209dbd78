import { type Rejection, reject } from '../rejection.ts';
import type { VerificationInput } from './verification.ts';

/** A setting of a source of this provider, beside its secret. */
export interface SourceOption {
  /** What the setting is and where to find it, for the person who fills it in. */
  readonly description: string;
  readonly required: boolean;
  /** The value is a URL that Hookline calls. Before it is stored, the caller checks that Hookline may call it. */
  readonly isUrl?: true;
  /** The problem with a value that a person wants to store, in words for that person; undefined if it is usable. */
  check?(value: string): string | undefined;
}

/** The value of an option, undefined if it is not set. */
export function optionOf(
  { options = {} }: Pick<VerificationInput, 'options'>,
  name: string,
): string | undefined {
  const value = Object.hasOwn(options, name) ? options[name] : undefined;
  return value === '' ? undefined : value;
}

/** The value of an option that verification requires. */
export function requireOption(input: VerificationInput, name: string): string | Rejection {
  return (
    optionOf(input, name) ??
    reject('missing_option', `The source has no option "${name}", so Hookline cannot verify requests.`, {
      option: name,
    })
  );
}

/** For options with the address of a document. Whether Hookline may call the address is checked when it is fetched. */
export function checkDocumentUrl(value: string): string | undefined {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === ''
    ? undefined
    : 'The value must be an https address.';
}
