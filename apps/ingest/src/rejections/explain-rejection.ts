import { setImmediate as otherWork } from 'node:timers/promises';
import {
  type InboundRequest,
  listProviders,
  type Provider,
  type Rejection,
  type VerificationResult,
  verifyWebhook,
  viewsOf,
} from '@hookline/providers';
import type { ActiveSource } from '../sources/active-source.ts';
import { bodyVariants } from './body-variants.ts';
import { type Explanation, explainCode } from './explanation.ts';
import { nameDatedSecret, nameEnvironmentSecret, type SecretHolder } from './secret-holder.ts';
import { secretVariants } from './secret-variants.ts';

export interface ExplainInput {
  /** The owner of the secrets that the request was verified with. */
  holder: SecretHolder;
  /** Other sources of the same tenant and provider. */
  others: readonly OtherSource[];
  /** The environment's secrets for the provider, unless they are the holder's own. */
  environmentSecrets: readonly string[];
  request: InboundRequest;
  rejection: { readonly code: string; readonly details?: Rejection['details'] };
  /** The signature was right: nobody else sent the request. */
  isSigned: boolean;
  /** Origin that providers call. Some providers sign the URL. */
  publicUrl: string;
}

/** A source whose secrets the request was not verified with. */
export interface OtherSource extends ActiveSource {
  /** The source is switched off. */
  readonly isOff?: boolean;
}

/** Limits on the work for one request, which an unknown sender may have sent. */
const MAX_BODY_BYTES = 1_048_576;
const MAX_OTHER_SOURCES = 10;
/** Most names of providers with the same signature scheme. */
const MAX_NAMES = 3;
/** Schemes of no particular provider: any request may have their form. */
const GENERIC = new Set(['hmac', 'api-key', 'bearer', 'basic', 'jwt', 'allow-list']);

/**
 * A secret in every provider's format that belongs to no one. It shows whether another provider's signature is
 * present at all.
 */
const NOBODYS_SECRET = Buffer.alloc(32, 0x5a).toString('base64');

/** Rejections of the signature that may have a more precise cause. */
const BY_SIGNATURE = new Set([
  'invalid_signature',
  'timestamp_out_of_tolerance',
  'ignored_signature',
  'no_secret',
]);
/** Codes by which another provider's verifier shows that its kind of signature is present. */
const BY_FORM = new Set(['invalid_signature', 'timestamp_out_of_tolerance']);
/** Rejections whose cause may be that another provider sent the request. */
const BY_MISSING_PARTS = new Set([
  'missing_signature',
  'malformed_signature',
  'missing_timestamp',
  'malformed_timestamp',
  'missing_header',
  'malformed_header',
]);

/**
 * Explains why a request was refused, by trying the usual mistakes: about fifty signatures at most, with a pause for
 * other work after each. The sender must never see the result, because it shows which secrets are similar.
 */
export async function explainRejection(input: ExplainInput): Promise<Explanation | undefined> {
  const { rejection, isSigned } = input;
  const { code, details } = rejection;
  if (isSigned) return explainCode(code, details);
  if (code === 'timestamp_out_of_tolerance' && details?.['signatureMatches'] === true) {
    return explainTimestamp(details);
  }
  if (BY_MISSING_PARTS.has(code)) {
    return (await findOtherProvider(input, true)) ?? explainCode(code, details);
  }
  if (!BY_SIGNATURE.has(code)) return explainCode(code, details);
  if (plainOf(input.request).rawBody.length > MAX_BODY_BYTES) {
    const explanation = explainCode('invalid_signature') as Explanation;
    return {
      ...explanation,
      hint: `${explanation.hint} (The body is larger than 1 MiB and was not examined further.)`,
    };
  }
  return (
    (await findOtherSecret(input)) ??
    (await findSecretVariant(input)) ??
    (await findBodyVariant(input)) ??
    (await findOtherUrl(input)) ??
    (await findOtherProvider(input, false)) ??
    explainUnknownSecret(input)
  );
}

function explainUnknownSecret({ holder, rejection }: ExplainInput): Explanation | undefined {
  const { kind, provider, secrets } = holder;
  if (kind === 'source' || secrets.length > 0) {
    return explainCode(rejection.code === 'no_secret' ? 'no_secret' : 'invalid_signature');
  }
  const { environment, name } = provider;
  const also =
    environment.secrets.length === 0
      ? ''
      : `, and no secret for all tenants either (${environment.secrets.join(' or ')})`;
  return {
    cause: 'secret_not_configured',
    hint: `There is no source for ${name} at this address${also}. Create a source with the provider's signing secret; the address stays the same.`,
    wouldMatch: null,
  };
}

function explainTimestamp(details: NonNullable<Rejection['details']>): Explanation {
  const [ageSeconds, toleranceSeconds] = [Number(details['ageSeconds']), Number(details['toleranceSeconds'])];
  const isOld = ageSeconds > 0;
  if (details['unit'] !== undefined) {
    return {
      cause: isOld ? 'timestamp_too_old' : 'timestamp_in_future',
      hint: `The signature is right, but the timestamp is in ${details['unit']}. Send it in the provider's unit.`,
      wouldMatch: "the same request with a timestamp in the provider's unit",
    };
  }
  const seconds = Math.abs(ageSeconds);
  return {
    cause: isOld ? 'timestamp_too_old' : 'timestamp_in_future',
    hint: isOld
      ? `The signature is right, but it is ${seconds} s old and ${toleranceSeconds} s are allowed. Check whether the request was sent again or delayed; otherwise check the clocks of this machine and of the sender.`
      : `The signature is right, but it is ${seconds} s ahead of this machine's clock and ${toleranceSeconds} s are allowed. Check the clocks of this machine and of the sender.`,
    wouldMatch: `the same request with toleranceSeconds of ${seconds} or more`,
  };
}

async function findOtherSecret(input: ExplainInput): Promise<Explanation | undefined> {
  const { holder, others, environmentSecrets } = input;
  const retired = holder.retiredSecrets;
  const retiredIndex = await firstMatch(
    input,
    retired.map(({ secret }) => secret),
  );
  if (retiredIndex !== undefined) {
    const secret = nameDatedSecret(retired[retiredIndex]?.setAt);
    return {
      cause: 'retired_secret',
      hint: `Signed with ${secret}, which has since been replaced. Set the current secret at the provider, or set that secret here again.`,
      wouldMatch: secret,
    };
  }
  for (const other of others.slice(0, MAX_OTHER_SOURCES)) {
    const index = await firstMatch(input, other.secrets, { options: other.options });
    if (index !== undefined) return explainOtherSource(other);
  }
  if ((await firstMatch(input, environmentSecrets, { options: {} })) === undefined) return undefined;
  const secret = nameEnvironmentSecret(holder.provider);
  return {
    cause: 'environment_secret',
    hint: `Signed with ${secret}, which is valid only if a tenant has no source for ${holder.provider.name}. Set that secret here too, or set this source's secret at the provider.`,
    wouldMatch: secret,
  };
}

function explainOtherSource(other: OtherSource): Explanation {
  const label = labelOf(other);
  return {
    cause: 'other_source_secret',
    hint: other.isOff
      ? `Signed with the secret of your source ${label}, which is switched off. Set its \`active\` to true.`
      : `Signed with the secret of your source ${label}. Two environments are mixed up: give the provider the address of that source, or set its secret here.`,
    wouldMatch: `the secret of your source ${label}`,
  };
}

/** The request as if its body had no Content-Encoding. */
function plainOf(request: InboundRequest): InboundRequest {
  return { ...viewsOf(request).signed[0], decodedBody: undefined };
}

async function findSecretVariant(input: ExplainInput): Promise<Explanation | undefined> {
  const { holder } = input;
  const variants = holder.secrets.flatMap((secret, index) =>
    secretVariants(secret).map((variant) => ({ ...variant, meant: holder.nameSecret(index) })),
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
    wouldMatch: `${variant.meant}, ${variant.wording}`,
  };
}

async function findBodyVariant(input: ExplainInput): Promise<Explanation | undefined> {
  const { holder } = input;
  const request = plainOf(input.request);
  for (const { body, cause, wording } of bodyVariants(request.rawBody)) {
    const changed = { ...request, rawBody: body };
    if ((await firstMatch(input, holder.secrets, { request: changed })) === undefined) continue;
    return {
      cause,
      hint: `The secret is right, but the body was changed after it was signed: the signature matches ${wording}. Look for a proxy or a framework that parses and re-serializes bodies; the bytes must arrive unchanged.`,
      wouldMatch: wording,
    };
  }
  return undefined;
}

/** Some providers sign the URL, and the URL that they call may have another origin than PUBLIC_URL. */
async function findOtherUrl(input: ExplainInput): Promise<Explanation | undefined> {
  const { request, holder, publicUrl } = input;
  const { pathname, search } = new URL(request.url, publicUrl);
  const origins = new Set([publicUrl]);
  for (const header of ['x-forwarded-host', 'host']) {
    const host = request.headers[header]?.[0];
    if (host !== undefined && HOST.test(host)) origins.add(`https://${host}`).add(`http://${host}`);
  }
  for (const origin of origins) {
    const url = `${origin}${pathname}${search}`;
    if (url === request.url) continue;
    if ((await firstMatch(input, holder.secrets, { request: { ...request, url } })) === undefined) continue;
    return {
      cause: 'url_changed',
      hint: `This provider signs the URL that it calls, and it calls ${origin}; this source's URL is at ${publicUrl}. Give the provider the source's URL as shown, or set PUBLIC_URL to the origin that providers call.`,
      wouldMatch: 'the URL as the provider calls it',
    };
  }
  return undefined;
}

const HOST = /^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$/;

/**
 * @param byForm whether a signature in another provider's format counts even if no secret that is set here matches it
 */
async function findOtherProvider(input: ExplainInput, byForm: boolean): Promise<Explanation | undefined> {
  const { holder, request } = input;
  const secrets = byForm ? [...holder.secrets, NOBODYS_SECRET] : holder.secrets;
  const alike: string[] = [];
  for (const provider of listProviders()) {
    // A provider that needs no secret would match whatever is set here.
    if (provider.id === holder.provider.id || (provider.secret ?? 'required') !== 'required') continue;
    const verification = await tryVerify(provider, request, secrets, {});
    await otherWork();
    if (verification.ok) return explainOtherProvider(holder, [provider.name], 'and your secret matches');
    if (!GENERIC.has(provider.id) && BY_FORM.has(verification.code)) alike.push(provider.name);
  }
  if (!byForm || alike.length === 0) return undefined;
  return explainOtherProvider(holder, alike, 'with a secret that is not set here');
}

/** @param names of providers with this signature format; several use that of Standard Webhooks or Meta */
function explainOtherProvider(holder: SecretHolder, names: readonly string[], whose: string): Explanation {
  const shown = names.slice(0, MAX_NAMES).join(' or ');
  return {
    cause: 'wrong_provider',
    hint: `The request is signed as ${shown} signs, ${whose}; this ${holder.kind === 'source' ? 'source' : 'address'} is for ${holder.provider.name}. Create a source for the sending provider, and give the provider that source's address.`,
    wouldMatch: `a source for ${shown}`,
  };
}

/** The first secret that matches, ignoring the age of the request. */
async function firstMatch(
  input: ExplainInput,
  secrets: readonly string[],
  change: { request?: InboundRequest; options?: Readonly<Record<string, string>> } = {},
): Promise<number | undefined> {
  if (secrets.length === 0) return undefined;
  const { provider, options } = input.holder;
  const verification = await tryVerify(
    provider,
    change.request ?? input.request,
    secrets,
    change.options ?? options,
  );
  await otherWork();
  return verification.ok ? verification.secretIndex : undefined;
}

/** Without `fetchPublished`: an explanation makes no outbound call. */
async function tryVerify(
  provider: Provider,
  request: InboundRequest,
  secrets: readonly string[],
  options: Readonly<Record<string, string>>,
): Promise<VerificationResult> {
  return await verifyWebhook(provider, { request, secrets, toleranceSeconds: null, options });
}

function labelOf({ id, name, environment }: ActiveSource): string {
  const label = name === null ? id : `"${name}"`;
  return environment === undefined ? label : `${label} (${environment})`;
}
