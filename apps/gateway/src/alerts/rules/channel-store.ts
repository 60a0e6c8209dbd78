import type { SecretBox } from '@hookline/db';
import type { AlertRuleRow } from '../../sql/alert-rule-row.ts';
import {
  type ChannelSecrets,
  type OpenChannel,
  openChannel,
  type ShownChannel,
  toChannelSecrets,
  toShownChannel,
} from './alert-channels.ts';

/** Seals and opens the channels of rules. */
export interface ChannelStore {
  seal(ruleId: string, channels: readonly OpenChannel[]): Pick<AlertRuleRow, 'channels' | 'sealedSecrets'>;
  /** @throws DatabaseError `unseal_failed` */
  open(rule: Pick<AlertRuleRow, 'id' | 'channels' | 'sealedSecrets'>): OpenChannel[];
}

/** The place of the sealed secrets of a rule. */
export const alertSecretPlace = (ruleId: string): string => `alert_rules|sealed_secrets|${ruleId}`;

export function createChannelStore(box: SecretBox): ChannelStore {
  return {
    seal: (ruleId, channels) => ({
      channels: channels.map(toShownChannel),
      sealedSecrets: box.seal(JSON.stringify(toChannelSecrets(channels)), alertSecretPlace(ruleId)),
    }),
    open({ id, channels, sealedSecrets }) {
      const secrets = JSON.parse(box.open(sealedSecrets, alertSecretPlace(id))) as ChannelSecrets;
      return (channels as ShownChannel[]).map((shown) => openChannel(shown, secrets));
    },
  };
}
