import { ENDED_STATUSES, PAUSED_BY_REQUEST } from '../status/decide-status.ts';
import { textList } from './text-list.ts';

/** `receivesPushes` as a condition in SQL. @param connection the alias of a row of `connections` */
export const receivesPushesIn = (connection: string): string =>
  `(${connection}.status not in (${textList(ENDED_STATUSES)}) and not '${PAUSED_BY_REQUEST}' = any(${connection}.pauses))`;
