import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, SignJWT } from 'jose';
import { GOOGLE_ISSUER } from './state.ts';

const KEY_ID = 'emulated-google-key-1';
const HOUR_SECONDS = 3_600;

/** Signs id tokens and the tokens of Pub/Sub pushes with RS256; the keys are at `/www.googleapis.com/oauth2/v3/certs`. */
export class Signer {
  #generated: Promise<GenerateKeyPairResult> | undefined;

  /** Generated at the first use, because that takes a tenth of a second, and most tests need no key. */
  get #keys(): Promise<GenerateKeyPairResult> {
    this.#generated ??= generateKeyPair('RS256', { extractable: true });
    return this.#generated;
  }

  async keySet(): Promise<{ keys: JWK[] }> {
    const { publicKey } = await this.#keys;
    return { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, use: 'sig', alg: 'RS256' }] };
  }

  /** `nowMs`: the time of the receiver, who checks the expiry one hour later. */
  async sign(claims: Readonly<Record<string, unknown>>, nowMs: number, type = 'JWT'): Promise<string> {
    const { privateKey } = await this.#keys;
    const seconds = Math.floor(nowMs / 1000);
    return await new SignJWT({ iss: GOOGLE_ISSUER, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: KEY_ID, typ: type })
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + HOUR_SECONDS)
      .sign(privateKey);
  }
}
