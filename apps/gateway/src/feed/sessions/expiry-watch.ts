/** Timers have a limit of 24 days. A token that is valid longer is looked at again after that. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface ExpiryWatch {
  /** @param expiresAtMs when the token expires, in ms since 1970; undefined: it does not */
  watch(expiresAtMs: number | undefined): void;
  stop(): void;
}

export interface ExpiryWatchOptions {
  /** How long before the end the client is told. */
  noticeMs: number;
  onExpiring: (inSeconds: number) => void;
  onExpired: () => void;
}

/** Tells when a token is about to expire, and when it has expired. */
export function createExpiryWatch({ noticeMs, onExpiring, onExpired }: ExpiryWatchOptions): ExpiryWatch {
  let timer: NodeJS.Timeout | undefined;

  function wait(expiresAtMs: number, wasTold: boolean): void {
    const restMs = expiresAtMs - Date.now();
    if (restMs <= 0) {
      onExpired();
      return;
    }
    if (!wasTold && restMs <= noticeMs) {
      onExpiring(Math.ceil(restMs / 1_000));
      wasTold = true;
    }
    const delayMs = wasTold ? restMs : restMs - noticeMs;
    timer = setTimeout(() => wait(expiresAtMs, wasTold), Math.min(delayMs, LONGEST_TIMER_MS));
  }

  return {
    watch(expiresAtMs) {
      clearTimeout(timer);
      if (expiresAtMs !== undefined) wait(expiresAtMs, false);
    },
    stop: () => clearTimeout(timer),
  };
}
