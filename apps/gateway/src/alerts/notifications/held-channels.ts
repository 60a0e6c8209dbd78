import { performance } from 'node:perf_hooks';

/** A channel of a rule. */
export interface ChannelKey {
  ruleId: string;
  channel: string;
}

/**
 * Channels that did not answer in time. Such a channel rests, longer each time; then one notification tries it. Each
 * replica has its own.
 */
export interface HeldChannels {
  started(key: ChannelKey): void;
  /** @param hung whether no answer came in time */
  ended(key: ChannelKey, hung: boolean): void;
  /** How many notifications of each of these channels may be sent now. */
  places(): { rule_id: string; name: string; places: number }[];
}

interface Held extends ChannelKey {
  hangs: number;
  untilMs: number;
  /** Attempts that are under way. */
  sending: number;
}

/** A channel that has not been tried for so long after its rest is forgotten. */
const FORGET_AFTER_MS = 60 * 60_000;

/** @param restSeconds after the first hang, the second, …; the last one repeats */
export function createHeldChannels(restSeconds: readonly number[]): HeldChannels {
  const held = new Map<string, Held>();
  const textOf = ({ ruleId, channel }: ChannelKey) => JSON.stringify([ruleId, channel]);

  return {
    started(key) {
      const entry = held.get(textOf(key));
      if (entry) entry.sending += 1;
    },
    ended(key, hung) {
      const text = textOf(key);
      if (!hung) {
        held.delete(text);
        return;
      }
      const nowMs = performance.now();
      const entry = held.get(text) ?? { ...key, hangs: 0, untilMs: 0, sending: 0 };
      held.set(text, entry);
      entry.sending = Math.max(0, entry.sending - 1);
      // Attempts that were under way together are one hang.
      if (entry.untilMs > nowMs) return;
      entry.hangs += 1;
      entry.untilMs = nowMs + (restSeconds[Math.min(entry.hangs, restSeconds.length) - 1] ?? 0) * 1_000;
    },
    places() {
      const nowMs = performance.now();
      const all = [];
      for (const [text, { ruleId, channel, untilMs, sending }] of held) {
        if (sending === 0 && untilMs + FORGET_AFTER_MS < nowMs) {
          held.delete(text);
          continue;
        }
        const isFree = untilMs <= nowMs && sending === 0;
        all.push({ rule_id: ruleId, name: channel, places: isFree ? 1 : 0 });
      }
      return all;
    },
  };
}
