import { ApiError } from '@hookline/contracts';

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};
/** Characters without a special meaning in a shell. */
const PLAIN = /[^\s'"\\|&;<>()`$]+/y;
const NUMBERED = /^(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3}))/;

/**
 * Splits a command line into words as a shell does: '…', "…", $'…' as browsers copy it, backslashes, and lines
 * continued with a backslash. Everything that a shell would evaluate (variables, commands, redirections) is refused.
 * @throws ApiError `invalid_request`
 */
export function splitShellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;

  while (at < text.length) {
    const character = text.charAt(at);
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end === -1) throw unreadable('a single quote is not closed');
      word = (word ?? '') + text.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') {
      word = (word ?? '') + readDoubleQuoted();
    } else if (character === '$' && text.charAt(at + 1) === "'") {
      word = (word ?? '') + readAnsiQuoted();
    } else if (character === '\\') {
      readBackslash();
    } else if (/[|&;<>()`$]/.test(character)) {
      throw unreadable(`${character} has a special meaning in a shell; quote it or remove it`);
    } else {
      PLAIN.lastIndex = at;
      const run = PLAIN.exec(text)?.[0] ?? character;
      word = (word ?? '') + run;
      at += run.length;
    }
  }
  if (word !== undefined) words.push(word);
  return words;

  function readBackslash(): void {
    const lineBreak = /^\\\r?\n/.exec(text.slice(at, at + 3));
    if (lineBreak) {
      at += lineBreak[0].length;
      return;
    }
    if (at + 1 >= text.length) throw unreadable('it ends with a backslash');
    word = (word ?? '') + text.charAt(at + 1);
    at += 2;
  }

  function readDoubleQuoted(): string {
    let content = '';
    for (at++; at < text.length; at++) {
      const character = text.charAt(at);
      if (character === '"') {
        at++;
        return content;
      }
      if (character === '`' || character === '$') {
        throw unreadable(`${character} in double quotes has a special meaning in a shell; use single quotes`);
      }
      const next = text.charAt(at + 1);
      if (character === '\\' && /[$`"\\\n]/.test(next)) {
        if (next !== '\n') content += next;
        at++;
      } else content += character;
    }
    throw unreadable('a double quote is not closed');
  }

  function readAnsiQuoted(): string {
    let content = '';
    for (at += 2; at < text.length; at++) {
      const character = text.charAt(at);
      if (character === "'") {
        at++;
        return content;
      }
      if (character !== '\\') {
        content += character;
        continue;
      }
      const known = ESCAPES[text.charAt(at + 1)];
      if (known !== undefined) {
        content += known;
        at++;
        continue;
      }
      const numbered = NUMBERED.exec(text.slice(at + 1, at + 10));
      if (!numbered) throw unreadable(`there is no \\${text.charAt(at + 1)} in $'…'`);
      content += characterOf(numbered);
      at += numbered[0].length;
    }
    throw unreadable("a $' is not closed");
  }
}

function characterOf([text, hex, short, long, octal]: RegExpExecArray): string {
  const isByte = hex !== undefined || octal !== undefined;
  const code =
    octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
  if (isByte && code > 0x7f) throw unreadable(`\\${text} is a single byte; give the body as bodyBase64`);
  if (code > 0x10ffff) throw unreadable(`\\${text} is no character`);
  return String.fromCodePoint(code);
}

function unreadable(why: string): ApiError {
  return new ApiError('invalid_request', { message: `body/curl cannot be read: ${why}` });
}
