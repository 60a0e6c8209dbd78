import { getProvider } from '../registry.ts';

/** A provider's name of an event. */
export interface EventName {
  readonly provider: string;
  /** The type without the provider and without a final action: `workflow_job`. */
  readonly event: string;
}

/**
 * The provider and its event name in a type such as `github.workflow_job.completed`. Undefined if the type does not
 * begin with a provider's id: then it is an application's own type.
 */
export function nameEvent(type: string): EventName | undefined {
  const [id = '', ...parts] = type.split('.');
  const provider = getProvider(id);
  const [first] = parts;
  if (provider?.id !== id || first === undefined) return undefined;
  return { provider: id, event: provider.actionInType ? first : parts.join('.') };
}
