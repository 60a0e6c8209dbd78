/** So many calls of one key in so many seconds. */
export interface Quota {
  /** The name of the limit in the header fields: lower-case letters. */
  name: string;
  /** As many calls may come at once. */
  limit: number;
  /** After which all of them may come again. */
  windowSeconds: number;
}
