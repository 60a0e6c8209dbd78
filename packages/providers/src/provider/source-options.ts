import { type Rejection, reject } from '../rejection.ts';
import type { VerificationInput } from './provider.ts';

/** The value of an option, undefined if it is not set. */
export function optionOf(
  { options = {} }: Pick<VerificationInput, 'options'>,
  name: string,
): string | undefined {
  const value = Object.hasOwn(options, name) ? options[name] : undefined;
  return value === '' ? undefined : value;
}

/** The value of an option that verification cannot do without. */
export function requireOption(input: VerificationInput, name: string): string | Rejection {
  return (
    optionOf(input, name) ??
    reject('missing_option', `The source has no option "${name}", so nothing can be verified.`, {
      option: name,
    })
  );
}

/** For options that name a document to fetch. Which addresses may be called is decided when it is fetched. */
export function checkDocumentUrl(value: string): string | undefined {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === ''
    ? undefined
    : 'It is not an https address.';
}
