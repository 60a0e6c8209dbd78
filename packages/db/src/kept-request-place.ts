/** The place, for the secret box, of what is sealed in a kept request: ingest seals it, delivery opens it. */
export const keptRequestPlace = (tenant: string): string => `events|request|${tenant}`;
