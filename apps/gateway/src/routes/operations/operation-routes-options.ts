import type { ServiceName } from '@hookline/contracts';
import type { Upstream } from '../../forward/upstream.ts';
import type { KeyRoutesOptions } from '../keys/mount-keys.ts';

export interface OperationRoutesOptions extends KeyRoutesOptions {
  upstreams: Record<Exclude<ServiceName, 'gateway'>, Upstream>;
  internalToken: string;
}
