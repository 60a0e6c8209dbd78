/** The place, for the secret box, of the sealed parts of a kept request. Ingest seals them, delivery opens them. */
export const keptRequestPlace = (tenant: string): string => `events|request|${tenant}`;
