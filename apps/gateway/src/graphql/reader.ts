import type { Operation, Principal } from '@hookline/contracts';
import { GraphQLError } from 'graphql';

type Values = Readonly<Record<string, unknown>>;

/** An answer of a service. */
export interface ReadAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

export interface ReaderOptions {
  /** @throws ApiError if the caller may not call the operation */
  authorize(operation: Operation): Promise<Principal>;
  /** @param path with the query */
  ask(operation: Operation, path: string, principal: Principal): Promise<ReadAnswer>;
}

/** A page as the types of the schema have it. */
interface Page {
  readonly nodes: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** How many calls of one query are under way at the same time. */
const MAX_CALLS = 8;

/** Reads for one query. The same call is made once. */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #answers = new Map<string, Promise<Buffer | undefined>>();
  readonly #parsed = new Map<string, Promise<unknown>>();
  readonly #waiting: (() => void)[] = [];
  #calls = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** One thing by its id; null if there is none that the caller may see. */
  async readOne(operation: Operation, values: Values): Promise<Values | null> {
    const answer = (await this.#parse(operation, values)) as { data: Values } | undefined;
    return answer?.data ?? null;
  }

  async readPage(operation: Operation, { first, after, ...values }: Values): Promise<Page> {
    const answer = (await this.#parse(operation, { ...values, limit: first, cursor: after })) as {
      data: unknown[];
      page: { hasMore: boolean; nextCursor: string | null };
    };
    const { hasMore, nextCursor } = answer.page;
    return { nodes: answer.data, pageInfo: { hasNextPage: hasMore, endCursor: nextCursor } };
  }

  /** The bytes of an answer; undefined for 404. @throws GraphQLError with the code of the answer */
  readBytes(operation: Operation, values: Values): Promise<Buffer | undefined> {
    const path = pathOf(operation, values);
    const known = this.#answers.get(path);
    if (known !== undefined) return known;
    const answer = this.#read(operation, path);
    this.#answers.set(path, answer);
    return answer;
  }

  #parse(operation: Operation, values: Values): Promise<unknown> {
    const path = pathOf(operation, values);
    let parsed = this.#parsed.get(path);
    if (parsed === undefined) {
      parsed = this.readBytes(operation, values).then((bytes) => bytes && JSON.parse(bytes.toString('utf8')));
      this.#parsed.set(path, parsed);
    }
    return parsed;
  }

  async #read(operation: Operation, path: string): Promise<Buffer | undefined> {
    const principal = await this.#options.authorize(operation);
    if (this.#calls === MAX_CALLS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#calls++;
    try {
      const { status, bytes } = await this.#options.ask(operation, path, principal);
      if (status === 200) return bytes;
      if (status === 404) return undefined;
      const { error, code } = JSON.parse(bytes.toString('utf8'));
      throw new GraphQLError(error, { extensions: { code } });
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#calls--;
    }
  }
}

/** The path and query of a call: values that the path names stand in it, the others in the query. */
function pathOf(operation: Operation, values: Values): string {
  const query = new URLSearchParams();
  let { path } = operation;
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    if (path.includes(`:${name}`)) path = path.replace(`:${name}`, encodeURIComponent(String(value)));
    else query.set(name, String(value));
  }
  const search = query.toString();
  return search === '' ? path : `${path}?${search}`;
}
