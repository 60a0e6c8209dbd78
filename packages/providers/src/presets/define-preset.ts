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

const ONLY_A_SECRET = 'Nothing is signed: whoever learns the secret can send any event.';
const SECRET_IN_EVENT =
  'Nothing is signed, and the secret is a part of every event: whoever gets one can send others.';
const ONLY_AN_ADDRESS = 'Nothing is signed: whoever can send from an allowed address can send any event.';

/** Makes a provider of data. @throws {SchemeDefinitionError} */
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
 * Where retries repeat the timestamp of the first attempt, the window covers them: else no retry could succeed here.
 * @throws {SchemeDefinitionError}
 */
function checkRetrySpan({ id, scheme, identity }: PresetDefinition): void {
  if (!('signature' in scheme) || scheme.timestamp === undefined) return;
  const { dates, toleranceSeconds, unit } = scheme.timestamp;
  const { retriesForSeconds = 0 } = identity;
  const isRepeated = unit !== 'nonce' && (dates === 'first-attempt' || dates === 'event');
  if (isRepeated && toleranceSeconds !== null && toleranceSeconds < retriesForSeconds) {
    throw new SchemeDefinitionError(
      `${id} repeats a timestamp for ${retriesForSeconds} s, and ${toleranceSeconds} s are allowed.`,
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

/** What a handshake signs for anyone who asks must verify nothing. */
function closeOracles(scheme: HmacScheme, { handshakes = [] }: PresetDefinition): HmacScheme {
  const signs = handshakes.find((handshake) => handshake.signs !== undefined)?.signs;
  return signs === undefined ? scheme : { ...scheme, refusedMessage: signs };
}

function optionsOf(scheme: PresetDefinition['scheme'], name: string): Record<string, SourceOption> {
  const message = 'signature' in scheme ? [scheme.message ?? ''].flat().join('') : '';
  return /\{(?:url|urlWithoutQuery|decodedUrl|path)\}/.test(message) ? { url: calledUrlOption(name) } : {};
}

/** The option of providers that sign the address they call. */
export function calledUrlOption(name: string): SourceOption {
  return {
    description: `${name} signs the address that it calls. Set it, as it was entered there, if a proxy in between changes it.`,
    required: false,
    check: (value) => (URL.canParse(value) ? undefined : 'It is not an address.'),
  };
}
