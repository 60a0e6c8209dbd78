import type { SourceOption } from './source-options.ts';
import { optionOf } from './source-options.ts';
import type { VerificationInput } from './verification.ts';

/** By which webhooks may come at all. */
export const REQUEST_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type RequestMethod = (typeof REQUEST_METHODS)[number];

const DEFAULT_METHODS: readonly RequestMethod[] = ['POST'];

/** The option of senders that may call by another method than POST. */
export const METHODS_OPTION: SourceOption = {
  description: `Methods that the sender calls with, separated by commas: ${REQUEST_METHODS.join(', ')}. Default POST. The data of GET and HEAD is the query of the address.`,
  required: false,
  check(value) {
    const unknown = split(value).find((method) => !isKnown(method));
    return unknown === undefined
      ? undefined
      : `"${unknown}" is none of ${REQUEST_METHODS.join(', ')}, separated by commas.`;
  },
};

/** By which a source takes webhooks: as its option says, else as the provider sends. */
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
