import { definePreset } from '../presets/define-preset.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { METHODS_OPTION } from '../provider/request-methods.ts';
import type { SourceOption } from '../provider/source-options.ts';
import { optionOf } from '../provider/source-options.ts';
import type { VerificationInput } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import type { HmacScheme } from '../schemes/hmac.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { SchemeDefinitionError } from '../schemes/scheme-definition.ts';

const HASHES = ['sha256', 'sha512', 'sha384', 'sha1'] as const;
const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
const KEYS = ['text', 'hex', 'base64'] as const;
const UNITS = ['s', 'ms', 'auto', 'iso'] as const;
const TOLERANCE_SECONDS = 300;

type Options = NonNullable<VerificationInput['options']>;

const header = (description: string, required = false): SourceOption => ({
  description,
  required,
  check: (value) =>
    /^[A-Za-z0-9_.-]{1,100}$/.test(value) ? undefined : 'The value must be the name of a header.',
});
const oneOf = (description: string, values: readonly string[]): SourceOption => ({
  description: `${description}: ${values[0]} (default), ${values.slice(1).join(', ')}.`,
  required: false,
  check: (value) => (values.includes(value) ? undefined : `The value must be one of ${values.join(', ')}.`),
});
const text = (description: string): SourceOption => ({ description, required: false });

const compile = cacheBySecret((options: string) => compileOptions(JSON.parse(options)), 1_000);

/** Any sender that signs with an HMAC. The source's options describe how it differs from the defaults. */
export const hmac: Provider = {
  id: 'hmac',
  name: 'Any sender with an HMAC signature',
  evidence: [{ kind: 'standard', source: 'https://www.rfc-editor.org/rfc/rfc2104', checkedOn: '2026-11-29' }],
  identity: {
    id: 'the header that the option idHeader names; no id without that option',
    names: 'the value that the sender puts in that header',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: [
    'Enter the address of this source at the sender, with a secret, and store the same secret here.',
    'Set the option header to the name of the header with the signature. Set the other options if the sender differs from their defaults.',
  ],
  options: {
    header: header('Name of the header with the signature, such as X-Signature.', true),
    algorithm: oneOf('Hash of the HMAC', HASHES),
    encoding: oneOf('Encoding of the signature', ENCODINGS),
    prefix: text('Text before the signature, such as sha256=.'),
    separator: text('Separator between several signatures in the header, such as a comma.'),
    key: oneOf('Encoding of the secret', KEYS),
    template: text(
      'The signed message, with the placeholders {body}, {timestamp}, {url}, {method} and {header:name}. Default {body}; with a timestamp {timestamp}.{body}.',
    ),
    timestampHeader: header('Name of the header with the signed timestamp.'),
    timestampUnit: oneOf('Unit of the timestamp', UNITS),
    typeHeader: header('Name of the header with the type of the event.'),
    idHeader: header('Name of the header with the id of the delivery.'),
    methods: METHODS_OPTION,
  },
  verify(input) {
    const compiled = compile(JSON.stringify(input.options ?? {}));
    return 'problem' in compiled
      ? reject('invalid_option', compiled.problem)
      : compiled.provider.verify(input);
  },
  checkSecret: (secret) => (secret === '' ? 'The secret is empty.' : undefined),
  interpret(request, context) {
    const compiled = compile(JSON.stringify(context?.options ?? {}));
    return 'problem' in compiled
      ? reject('invalid_option', compiled.problem)
      : compiled.provider.interpret(request, context);
  },
  answer: emptyOkWithin(10_000),
  environment: { secrets: [] },
  eventTypes: [],
};

function compileOptions(options: Options): { readonly provider: Provider } | { readonly problem: string } {
  const read = (name: string) => optionOf({ options }, name);
  const place = (name: string) => ({ header: (read(name) ?? '').toLowerCase() });
  try {
    return {
      provider: definePreset({
        id: hmac.id,
        name: hmac.name,
        evidence: hmac.evidence,
        identity:
          read('idHeader') === undefined
            ? { id: 'none', retries: 'unknown' }
            : { id: place('idHeader'), names: '', unique: 'unknown', stable: 'unknown', retries: 'unknown' },
        setup: [],
        scheme: schemeOf(read),
        mayBeText: true,
        type: read('typeHeader') === undefined ? [{ json: '/type' }] : [place('typeHeader')],
      }),
    };
  } catch (error) {
    if (!(error instanceof SchemeDefinitionError)) throw error;
    return { problem: `The options of the source do not form a valid scheme. ${error.message}` };
  }
}

function schemeOf(read: (name: string) => string | undefined): HmacScheme {
  const choose = <Value extends string>(name: string, values: readonly [Value, ...Value[]]): Value => {
    const value = read(name) ?? values[0];
    const known = values.find((candidate) => candidate === value);
    if (known === undefined)
      throw new SchemeDefinitionError(`"${name}" must be one of ${values.join(', ')}.`);
    return known;
  };
  const timestampHeader = read('timestampHeader')?.toLowerCase();
  const key = choose('key', KEYS);
  return {
    signature: {
      header: (read('header') ?? '').toLowerCase(),
      ...optional('separators', read('separator')),
      ...optional('prefix', read('prefix')),
    },
    hash: choose('algorithm', HASHES),
    encoding: choose('encoding', ENCODINGS),
    key: key === 'base64' ? { base64After: '' } : key === 'hex' ? 'hex' : 'utf8',
    message: read('template') ?? (timestampHeader === undefined ? '{body}' : '{timestamp}.{body}'),
    ...(timestampHeader !== undefined && {
      timestamp: {
        header: timestampHeader,
        unit: choose('timestampUnit', UNITS),
        dates: 'unknown',
        toleranceSeconds: TOLERANCE_SECONDS,
      },
    }),
  };
}

function optional<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]: string });
}
