import type { Provider } from '../provider/provider.ts';
import type { SourceOption } from '../provider/source-options.ts';
import type { VerificationScheme } from '../provider/verification.ts';
import { addressScheme } from '../schemes/addresses.ts';
import { compileEd25519Scheme } from '../schemes/ed25519.ts';
import { compileHmacScheme, type HmacScheme, signText } from '../schemes/hmac.ts';
import { compilePublicKeyScheme } from '../schemes/public-key.ts';
import { SchemeDefinitionError } from '../schemes/scheme-definition.ts';
import { compileTokenScheme } from '../schemes/token.ts';
import { defineProvider } from './define-provider.ts';
import type { PresetDefinition } from './preset-definition.ts';

const ONLY_A_SECRET = 'Nothing is signed: anyone who knows the secret can send any event.';
const SECRET_IN_EVENT =
  'Nothing is signed, and every event contains the secret: anyone who receives an event can send others.';
const ONLY_AN_ADDRESS = 'Nothing is signed: anyone who can send from an allowed address can send any event.';

/** Builds a provider from a definition. @throws {SchemeDefinitionError} */
export function definePreset(preset: PresetDefinition): Provider {
  const { scheme, name } = preset;
  checkRetrySpan(preset);
  const { verify, checkSecret } = compile(preset);
  const caution = preset.caution ?? cautionOf(scheme);
  const facts = {
    ...preset,
    ...(caution !== undefined && { caution }),
    options: { ...optionsOf(scheme, name), ...preset.options },
  };
  const provider = defineProvider(facts, {
    verify,
    checkSecret,
    ...('allowedAddressesOnly' in scheme && { secret: 'none' }),
    handshakeKeys: {
      verify,
      sign: (secret, text) => (isHmac(scheme) ? signText(scheme, secret, text) : undefined),
    },
  });
  return { ...provider, preset };
}

function compile(preset: PresetDefinition): VerificationScheme {
  const { scheme } = preset;
  if ('token' in scheme) return compileTokenScheme(scheme);
  if ('allowedAddressesOnly' in scheme) return addressScheme;
  if ('keyType' in scheme) return compilePublicKeyScheme(scheme);
  if ('publicKeyPrefix' in scheme) return compileEd25519Scheme(scheme);
  return compileHmacScheme(closeOracles(scheme, preset));
}

/**
 * If retries repeat the timestamp of the first attempt, the window must cover them: otherwise no retry could succeed.
 * @throws {SchemeDefinitionError}
 */
function checkRetrySpan({ id, scheme, identity }: PresetDefinition): void {
  if (!('signature' in scheme) || scheme.timestamp === undefined) return;
  const { dates, toleranceSeconds, unit } = scheme.timestamp;
  const { retriesForSeconds = 0 } = identity;
  const isRepeated = unit !== 'nonce' && (dates === 'first-attempt' || dates === 'event');
  if (isRepeated && toleranceSeconds !== null && toleranceSeconds < retriesForSeconds) {
    throw new SchemeDefinitionError(
      `${id}: retries repeat the timestamp for ${retriesForSeconds} s, so toleranceSeconds must be at least that, not ${toleranceSeconds}.`,
    );
  }
}

function isHmac(scheme: PresetDefinition['scheme']): scheme is HmacScheme {
  return 'signature' in scheme && !('keyType' in scheme) && !('publicKeyPrefix' in scheme);
}

function cautionOf(scheme: PresetDefinition['scheme']): string | undefined {
  if ('signature' in scheme) return undefined;
  if ('allowedAddressesOnly' in scheme) return ONLY_AN_ADDRESS;
  return 'json' in scheme.token ? SECRET_IN_EVENT : ONLY_A_SECRET;
}

/** A message that a handshake signs for any sender must not verify an event. */
function closeOracles(scheme: HmacScheme, { handshakes = [] }: PresetDefinition): HmacScheme {
  const signs = handshakes.find((handshake) => handshake.signs !== undefined)?.signs;
  return signs === undefined ? scheme : { ...scheme, refusedMessage: signs };
}

function optionsOf(scheme: PresetDefinition['scheme'], name: string): Record<string, SourceOption> {
  const message = 'signature' in scheme ? [scheme.message ?? ''].flat().join('') : '';
  return /\{(?:url|urlWithoutQuery|decodedUrl|path)\}/.test(message) ? { url: calledUrlOption(name) } : {};
}

/** The option of providers that sign the called address. */
export function calledUrlOption(name: string): SourceOption {
  return {
    description: `${name} signs the address that it calls. If a proxy changes the address, set the address that was entered at ${name}.`,
    required: false,
    check: (value) => (URL.canParse(value) ? undefined : 'The value must be an address.'),
  };
}
