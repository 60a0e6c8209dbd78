/** A reference to a file of a multipart form. The bytes of the file are not stored. */
export interface FormFile {
  readonly name: string;
  readonly contentType: string;
  /** In bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

type SingleValue = string | FormFile;

/**
 * The fields of a form by name, in the order of their first occurrence. A name that occurs several times, or that ends
 * in `[]`, has a list of its values in their order.
 */
export type FormFields = ReadonlyMap<string, SingleValue | readonly SingleValue[]>;

/** Collects fields one by one. */
export class FormBuilder {
  readonly #values = new Map<string, SingleValue | SingleValue[]>();
  #count = 0;

  add(name: string, value: SingleValue): void {
    this.#count++;
    const known = this.#values.get(name);
    if (Array.isArray(known)) known.push(value);
    else if (known !== undefined) this.#values.set(name, [known, value]);
    else this.#values.set(name, name.endsWith('[]') ? [value] : value);
  }

  /** The number of added fields. Each occurrence of a name counts. */
  get count(): number {
    return this.#count;
  }

  get fields(): FormFields {
    return this.#values;
  }
}

/** All texts of a field, in their order. */
export function textsOf(fields: FormFields, name: string): string[] {
  const value = fields.get(name);
  return [value].flat().filter((item) => typeof item === 'string');
}

/** The first text of a field. Only for fields that are irrelevant to verification. */
export function firstTextOf(fields: FormFields, name: string): string | undefined {
  return textsOf(fields, name)[0];
}

/** The names and texts of a form, one pair per occurrence, without files. */
export function pairsOf(fields: FormFields): [name: string, value: string][] {
  return [...fields.keys()].flatMap((name) =>
    textsOf(fields, name).map((value): [string, string] => [name, value]),
  );
}

/** A form as the payload of an event: one JSON object. */
export function formToJson(fields: FormFields): Buffer {
  return Buffer.from(JSON.stringify(Object.fromEntries(fields)), 'utf8');
}

export function fieldsOfQuery(query: URLSearchParams): FormFields {
  const form = new FormBuilder();
  for (const [name, value] of query) form.add(name, value);
  return form.fields;
}
