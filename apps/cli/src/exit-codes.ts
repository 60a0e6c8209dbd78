/** What the exit code of the command says. Listed in the help. */
export const EXIT = {
  ok: 0,
  error: 1,
  usage: 2,
  notAuthenticated: 3,
  unreachable: 4,
  gaveUp: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `Exit codes:
  0  done, or ended by you
  1  an error
  2  the command line is wrong
  3  not signed in, or the key is not valid
  4  the gateway cannot be reached
  5  gave up reconnecting`;
