/** Constants of our own as a list of texts in SQL, for `in (…)`. */
export const textList = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ');
