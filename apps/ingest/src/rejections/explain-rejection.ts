import { setImmediate as otherWork } from 'node:timers/promises';
import {
  type InboundRequest,
  listProviders,
  type Provider,
  type Rejection,
  type Verification,
} from '@hookline/providers';
import type { ActiveSource } from '../sources/active-source.ts';
import { bodyVariants } from './body-variants.ts';
import { type Explanation, explainCode } from './explanation.ts';
import { secretVariants } from './secret-variants.ts';

export interface ExplainInput {
  /** Where the request was sent to, and refused. */
  source: ActiveSource;
  /** Others of the same tenant and provider. */
  others: readonly ActiveSource[];
  request: InboundRequest;
  rejection: { readonly code: string; readonly details?: Rejection['details'] };
  /** Origin that providers reach: what those sign that sign the address. */
  publicUrl: string;
}

/** Bounds on the work for one request, which a stranger may have sent. */
const MAX_BODY_BYTES = 1_048_576;
const MAX_OTHER_SOURCES = 10;
/** Of providers that sign alike. */
const MAX_NAMES = 3;
/** No provider's own form: what any request may have. */
const GENERIC = new Set(['hmac', 'api-key', 'bearer', 'basic', 'jwt', 'allow-list']);

/** Of every provider's form, and nobody's: to see whether another provider's signature is there at all. */
const NOBODYS_SECRET = Buffer.alloc(32, 0x5a).toString('base64');

/** Refusals for the signature, behind which something more precise may be found. */
const BY_SIGNATURE = new Set(['invalid_signature', 'timestamp_out_of_tolerance', 'ignored_signature']);
/** How another provider's verifier tells that a signature of its form is there. */
const BY_FORM = new Set(['invalid_signature', 'timestamp_out_of_tolerance']);
/** Refusals behind which may be that another provider sent. */
const BY_MISSING_PARTS = new Set([
  'missing_signature',
  'malformed_signature',
  'missing_timestamp',
  'malformed_timestamp',
  'missing_header',
  'malformed_header',
]);

/**
 * Finds out why a request was refused, by trying what usually went wrong: some fifty signatures at most, with a pause
 * for other work between them. Whoever sent the request must never see the result: it tells which secrets are near.
 */
export async function explainRejection(input: ExplainInput): Promise<Explanation | undefined> {
  const { rejection } = input;
  const { code, details } = rejection;
  if (code === 'timestamp_out_of_tolerance' && details?.['signatureMatches'] === true) {
    return explainTimestamp(Number(details['ageSeconds']), Number(details['toleranceSeconds']));
  }
  if (BY_MISSING_PARTS.has(code)) {
    return (await findOtherProvider(input, true)) ?? explainCode(code);
  }
  if (!BY_SIGNATURE.has(code)) return explainCode(code);
  if (input.request.rawBody.length > MAX_BODY_BYTES) {
    const explanation = explainCode('invalid_signature') as Explanation;
    return {
      ...explanation,
      hint: `${explanation.hint} (Larger than 1 MiB: it was not looked into further.)`,
    };
  }
  return (
    (await findOtherSecret(input)) ??
    (await findSecretVariant(input)) ??
    (await findBodyVariant(input)) ??
    (await findOtherUrl(input)) ??
    (await findOtherProvider(input, false)) ??
    explainCode('invalid_signature')
  );
}

function explainTimestamp(ageSeconds: number, toleranceSeconds: number): Explanation {
  const isOld = ageSeconds > 0;
  const seconds = Math.abs(ageSeconds);
  return {
    cause: isOld ? 'timestamp_too_old' : 'timestamp_in_future',
    hint: isOld
      ? `The signature is right, but ${seconds} s old, and ${toleranceSeconds} s are allowed. Was it sent again or held up on its way? Else look at the clocks of this machine and of the sender.`
      : `The signature is right, but ${seconds} s ahead of this machine’s clock, and ${toleranceSeconds} s are allowed. Look at the clocks of this machine and of the sender.`,
    wouldMatch: `the same request with toleranceSeconds of ${seconds} or more`,
  };
}

async function findOtherSecret(input: ExplainInput): Promise<Explanation | undefined> {
  const { source, others } = input;
  const retired = source.retiredSecrets;
  const retiredIndex = await firstMatch(
    input,
    retired.map(({ secret }) => secret),
  );
  if (retiredIndex !== undefined) {
    const day = dayOf(retired[retiredIndex]?.setAt);
    return {
      cause: 'retired_secret',
      hint: `Signed with the secret set on ${day}, which has been replaced since. Set the present one at the provider, or that one here again.`,
      wouldMatch: `the secret set on ${day}`,
    };
  }
  for (const other of others.slice(0, MAX_OTHER_SOURCES)) {
    const index = await firstMatch(input, other.secrets, { source: other });
    if (index === undefined) continue;
    const label = labelOf(other);
    return {
      cause: 'other_source_secret',
      hint: `Signed with the secret of your source ${label}. Two environments are mixed up: give the provider the address of that source, or set its secret here.`,
      wouldMatch: `the secret of your source ${label}`,
    };
  }
  return undefined;
}

async function findSecretVariant(input: ExplainInput): Promise<Explanation | undefined> {
  const variants = input.source.secrets.flatMap((secret, index) =>
    secretVariants(secret).map((variant) => ({ ...variant, setAt: input.source.secretsSetAt[index] })),
  );
  const index = await firstMatch(
    input,
    variants.map(({ secret }) => secret),
  );
  const variant = index === undefined ? undefined : variants[index];
  if (!variant) return undefined;
  return {
    cause: variant.cause,
    hint: variant.hint,
    wouldMatch: `the secret set on ${dayOf(variant.setAt)}, ${variant.wording}`,
  };
}

async function findBodyVariant(input: ExplainInput): Promise<Explanation | undefined> {
  const { request, source } = input;
  for (const { body, cause, wording } of bodyVariants(request.rawBody)) {
    const changed = { ...request, rawBody: body };
    if ((await firstMatch(input, source.secrets, { request: changed })) === undefined) continue;
    return {
      cause,
      hint: `The secret is right, but the body was changed after it was signed: ${wording} is what was signed. Look for a proxy or a framework on the way that parses bodies and writes them anew; the bytes must come through as they are.`,
      wouldMatch: wording,
    };
  }
  return undefined;
}

/** Some providers sign the address: theirs may be another one than PUBLIC_URL says. */
async function findOtherUrl(input: ExplainInput): Promise<Explanation | undefined> {
  const { request, source, publicUrl } = input;
  const { pathname, search } = new URL(request.url, publicUrl);
  const origins = new Set([publicUrl]);
  for (const header of ['x-forwarded-host', 'host']) {
    const host = request.headers[header]?.[0];
    if (host !== undefined && HOST.test(host)) origins.add(`https://${host}`).add(`http://${host}`);
  }
  for (const origin of origins) {
    const url = `${origin}${pathname}${search}`;
    if (url === request.url) continue;
    if ((await firstMatch(input, source.secrets, { request: { ...request, url } })) === undefined) continue;
    return {
      cause: 'url_changed',
      hint: `This provider signs the address it calls, and calls ${origin}; the address of this source is at ${publicUrl}. Give it the source's address as it is shown, or set PUBLIC_URL to the origin that providers reach.`,
      wouldMatch: 'the address as the provider calls it',
    };
  }
  return undefined;
}

const HOST = /^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$/;

/** @param byForm whether a signature counts that is of another provider's form, and fits no secret that is set here */
async function findOtherProvider(input: ExplainInput, byForm: boolean): Promise<Explanation | undefined> {
  const { source, request } = input;
  const secrets = byForm ? [...source.secrets, NOBODYS_SECRET] : source.secrets;
  const alike: string[] = [];
  for (const provider of listProviders()) {
    // One that signs without a secret would fit whatever is set here.
    if (provider.id === source.provider.id || (provider.secret ?? 'required') !== 'required') continue;
    const verification = await tryVerify(provider, request, secrets, {});
    await otherWork();
    if (verification.ok) return explainOtherProvider(source, [provider.name], 'and your secret fits');
    if (!GENERIC.has(provider.id) && BY_FORM.has(verification.code)) alike.push(provider.name);
  }
  if (!byForm || alike.length === 0) return undefined;
  return explainOtherProvider(source, alike, 'with a secret that is not set here');
}

/** @param names of providers that sign in this form; several do as Standard Webhooks or Meta do */
function explainOtherProvider(source: ActiveSource, names: readonly string[], whose: string): Explanation {
  const shown = names.slice(0, MAX_NAMES).join(' or ');
  return {
    cause: 'wrong_provider',
    hint: `This is a request as ${shown} signs it, ${whose}; the source is one for ${source.provider.name}. Create a source for the provider that sends, and give it that address.`,
    wouldMatch: `a source for ${shown}`,
  };
}

/** The first of the secrets that fits, whatever the age of the request. */
async function firstMatch(
  input: ExplainInput,
  secrets: readonly string[],
  change: { request?: InboundRequest; source?: ActiveSource } = {},
): Promise<number | undefined> {
  if (secrets.length === 0) return undefined;
  const { provider, options } = change.source ?? input.source;
  const verification = await tryVerify(provider, change.request ?? input.request, secrets, options);
  await otherWork();
  return verification.ok ? verification.secretIndex : undefined;
}

/** Without `fetchPublished`: an explanation is not worth a call to anyone. */
async function tryVerify(
  provider: Provider,
  request: InboundRequest,
  secrets: readonly string[],
  options: Readonly<Record<string, string>>,
): Promise<Verification> {
  return await provider.verify({ request, secrets, toleranceSeconds: null, options });
}

const dayOf = (setAt: string | undefined) => setAt?.slice(0, 10) ?? 'an unknown day';

function labelOf({ id, name, environment }: ActiveSource): string {
  const label = name === null ? id : `"${name}"`;
  return environment === undefined ? label : `${label} (${environment})`;
}
