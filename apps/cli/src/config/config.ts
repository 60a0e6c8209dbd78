/** The config file. Its keys are secrets, so only its owner may read it. */
export interface Config {
  /** The profile that is used when none is named. */
  current?: string;
  profiles: Record<string, Profile>;
}

/** One gateway and who you are there. */
export interface Profile {
  /** The gateway's address. */
  url: string;
  key: string;
  /** `whsec_…`: `hookline listen` signs with it. Made by the first `listen`. */
  listenSecret?: string;
  /** Secrets of sources by their ids, for `hookline trigger`: the gateway never returns them. */
  sourceSecrets?: Record<string, string>;
}

export const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const DEFAULT_PROFILE = 'default';
