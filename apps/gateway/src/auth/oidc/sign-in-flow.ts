import Type, { type Static } from 'typebox';
import Value from 'typebox/value';

/**
 * What a browser keeps while a person signs in at the provider, in a cookie of its own. Nothing of it is stored here, so
 * strangers who begin sign-ins use no memory. A browser that changes its cookie only fails its own sign-in: the provider
 * checks the verifier, and the ID token must have the nonce.
 */
export const SignInFlow = Type.Object(
  {
    state: Type.String({ minLength: 20, maxLength: 100 }),
    nonce: Type.String({ minLength: 20, maxLength: 100 }),
    verifier: Type.String({ minLength: 43, maxLength: 128 }),
    /** Where the browser goes afterwards: a path of the gateway. */
    returnTo: Type.String({ maxLength: 500 }),
  },
  { additionalProperties: false },
);
export type SignInFlow = Static<typeof SignInFlow>;

export const writeFlow = (flow: SignInFlow): string =>
  Buffer.from(JSON.stringify(flow)).toString('base64url');

/** @returns undefined for a text that writeFlow did not make */
export function readFlow(text: string): SignInFlow | undefined {
  try {
    const flow: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Value.Check(SignInFlow, flow) && isLocalPath(flow.returnTo) ? flow : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a text is a path of this origin for every browser. `//host` and `/\host` are addresses of another one. */
export function isLocalPath(text: string): boolean {
  return /^\/[\x21-\x7e]*$/.test(text) && !text.startsWith('//') && !text.includes('\\');
}
