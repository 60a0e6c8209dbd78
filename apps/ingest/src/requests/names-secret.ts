/** Header names have hyphens; parameter names have underscores or are in camel case. */
const SECRET_WORDS = /^key$|token|secret|passw|passphrase|credential|(api|access|auth)[-_]?key/i;

/** Whether the name of a header or parameter shows that its value is a secret. */
export const namesSecret = (name: string): boolean => SECRET_WORDS.test(name);
