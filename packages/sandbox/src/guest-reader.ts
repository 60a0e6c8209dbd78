import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

type Result = ReturnType<QuickJSContext['callFunction']>;

/** What was thrown, in texts. */
export interface Thrown {
  /** Empty where it has none that is a text. */
  name: string;
  message: string;
  stack: string;
  /** For whoever wrote the code. */
  text: string;
}

/** Reads values of an engine. Only texts come out, whatever the code has made of its own world. */
export interface GuestReader {
  parse(json: string): Result;
  stringify(value: QuickJSHandle): Result;
  /** Undefined where the reading of it throws. */
  get(value: QuickJSHandle, name: string): QuickJSHandle | undefined;
  describeThrown(thrown: QuickJSHandle): Thrown;
  /** A value as `console` shows it. Never throws. */
  show(value: QuickJSHandle): string;
}

/** Built-in functions are taken from the context as it is now: it must not have run any code yet. */
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

  /** As JSON, because a text may hold what ends one in the engine's language; undefined where there is none. */
  function toJson(value: QuickJSHandle): string | undefined {
    const result = write(value);
    if (result.error || context.typeof(result.value) !== 'string') return undefined;
    return context.getString(result.value);
  }

  /** Undefined where it is no text: nothing is turned into one, which would call what the code says. */
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
      if (written !== '{}') return written ?? '(an object that is no JSON)';
      // An error has nothing that JSON would show.
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
