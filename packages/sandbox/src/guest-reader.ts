import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

type Result = ReturnType<QuickJSContext['callFunction']>;

/** A thrown value, described in texts. */
export interface Thrown {
  /** The property `name`; empty if it is not a text. The same goes for `message` and `stack`. */
  name: string;
  message: string;
  stack: string;
  /** The description for the author of the code. */
  text: string;
}

/** Reads values of an engine as texts, safely also if the code has changed the engine's built-in objects. */
export interface GuestReader {
  parse(json: string): Result;
  stringify(value: QuickJSHandle): Result;
  /** A property; undefined if reading it throws. */
  get(value: QuickJSHandle, name: string): QuickJSHandle | undefined;
  describeThrown(thrown: QuickJSHandle): Thrown;
  /** A value as `console` shows it. Never throws. */
  show(value: QuickJSHandle): string;
}

/** Must be called before the context runs any code, because it takes the built-in functions of the context. */
export function createGuestReader(context: QuickJSContext): GuestReader {
  const { global } = context;
  const json = context.getProp(global, 'JSON');
  const reflect = context.getProp(global, 'Reflect');
  const parse = context.getProp(json, 'parse');
  const stringify = context.getProp(json, 'stringify');
  const getOf = context.getProp(reflect, 'get');

  const write = (value: QuickJSHandle) => context.callFunction(stringify, context.undefined, value);

  function get(value: QuickJSHandle, name: string): QuickJSHandle | undefined {
    const key = context.newString(name);
    const result = context.callFunction(getOf, context.undefined, value, key);
    key.dispose();
    return result.error ? undefined : result.value;
  }

  /** A value as JSON: a plain text could contain NUL, which ends a text in C. Undefined if the value has no JSON. */
  function toJson(value: QuickJSHandle): string | undefined {
    const result = write(value);
    if (result.error || context.typeof(result.value) !== 'string') return undefined;
    return context.getString(result.value);
  }

  /**
   * A text value; undefined for any other value. Other values are not converted, because that would run tenant code.
   */
  function textOf(value: QuickJSHandle | undefined): string | undefined {
    if (value === undefined || context.typeof(value) !== 'string') return undefined;
    const written = toJson(value);
    return written === undefined ? undefined : (JSON.parse(written) as string);
  }

  function describe(value: QuickJSHandle): string {
    const type = context.typeof(value);
    if (type === 'string') return textOf(value) ?? '(a text that cannot be read)';
    if (type === 'object') {
      const written = toJson(value);
      if (written !== '{}') return written ?? '(an object that has no JSON)';
      // The JSON of an error is empty.
      const [name, message] = [textOf(get(value, 'name')), textOf(get(value, 'message'))];
      return name === undefined || message === undefined ? written : `${name}: ${message}`;
    }
    if (type === 'symbol' || type === 'function') return `(a ${type})`;
    return context.getString(value);
  }

  function show(value: QuickJSHandle): string {
    try {
      return describe(value);
    } catch (error) {
      return `(a value that cannot be read: ${String(error)})`;
    }
  }

  return {
    parse(text) {
      const handle = context.newString(text);
      const result = context.callFunction(parse, context.undefined, handle);
      handle.dispose();
      return result;
    },
    stringify: write,
    get,
    show,
    describeThrown(thrown) {
      if (context.typeof(thrown) !== 'object')
        return { name: '', message: '', stack: '', text: `Thrown: ${show(thrown)}` };
      const name = textOf(get(thrown, 'name'));
      const message = textOf(get(thrown, 'message'));
      const stack = textOf(get(thrown, 'stack')) ?? '';
      const isError = name !== undefined && message !== undefined;
      return {
        name: name ?? '',
        message: message ?? '',
        stack,
        text: isError ? `${name}: ${message}` : `Thrown: ${show(thrown)}`,
      };
    },
  };
}
