import type { SourceOption } from './source-options.ts';
import { optionOf } from './source-options.ts';
import type { VerificationInput } from './verification.ts';

/** All methods that webhooks may use. */
export const REQUEST_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type RequestMethod = (typeof REQUEST_METHODS)[number];

const DEFAULT_METHODS: readonly RequestMethod[] = ['POST'];

/** The option of senders that may use another method than POST. */
export const METHODS_OPTION: SourceOption = {
  description: `HTTP methods of the sender, separated by commas: ${REQUEST_METHODS.join(', ')}. Default POST. For GET and HEAD, the query of the address is the event.`,
  required: false,
  check(value) {
    const unknown = split(value).find((method) => !isKnown(method));
    return unknown === undefined
      ? undefined
      : `"${unknown}" must be one of ${REQUEST_METHODS.join(', ')}. Separate several with commas.`;
  },
};

/** The methods that a source accepts: the methods of its option, otherwise the provider's methods. */
export function methodsOf(
  provider: {
    readonly methods?: readonly RequestMethod[];
    readonly options?: Readonly<Record<string, SourceOption>>;
  },
  options: VerificationInput['options'],
): readonly RequestMethod[] {
  const chosen =
    provider.options?.['methods'] && optionOf(options === undefined ? {} : { options }, 'methods');
  return chosen === undefined
    ? (provider.methods ?? DEFAULT_METHODS)
    : split(chosen).filter((method) => isKnown(method));
}

function split(value: string): string[] {
  return value.split(',').map((method) => method.trim().toUpperCase());
}

function isKnown(method: string): method is RequestMethod {
  return REQUEST_METHODS.some((known) => known === method);
}
