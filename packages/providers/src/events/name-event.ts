import { getProvider } from '../registry.ts';

/** What a provider calls an event. */
export interface EventName {
  readonly provider: string;
  /** Without the provider, and without the action where the type ends in one: `workflow_job`. */
  readonly event: string;
}

/**
 * The provider's name for the events of a type, `github.workflow_job.completed`, told by the type alone. Undefined: it
 * does not begin with a provider's id, so it is an application's own.
 */
export function nameEvent(type: string): EventName | undefined {
  const [id = '', ...parts] = type.split('.');
  const provider = getProvider(id);
  const [first] = parts;
  if (provider?.id !== id || first === undefined) return undefined;
  return { provider: id, event: provider.actionInType ? first : parts.join('.') };
}
