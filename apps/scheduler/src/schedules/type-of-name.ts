import { SCHEDULE_TYPE_PREFIX } from '@hookline/contracts';

/** The type of the events of a schedule that has a name and no type of its own. */
export const typeOfName = (name: string | null): string | undefined =>
  name === null ? undefined : SCHEDULE_TYPE_PREFIX + name;
