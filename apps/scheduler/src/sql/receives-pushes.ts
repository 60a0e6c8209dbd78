import { ENDED_STATUSES, PAUSED_BY_REQUEST } from '../status/decide-status.ts';

const ENDED = ENDED_STATUSES.map((status) => `'${status}'`).join(', ');

/** `receivesPushes` as a condition in SQL. @param connection the alias of a row of `connections` */
export const receivesPushesIn = (connection: string): string =>
  `(${connection}.status not in (${ENDED}) and not '${PAUSED_BY_REQUEST}' = any(${connection}.pauses))`;
