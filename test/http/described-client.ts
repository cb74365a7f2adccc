import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Mock } from '../../src/mock.ts';

interface Operation {
  tags: string[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
}

export interface CallOptions {
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A client that knows of the mock what `/openapi.json` says, and holds every answer against it. */
export class DescribedClient {
  readonly document: Document;
  /** The operations that were called, as `GET /path`. */
  readonly called = new Set<string>();
  readonly #url: string;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  private constructor(url: string, document: Document) {
    this.#url = url;
    this.document = document;
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(closed(document) as Document, 'openapi.json');
  }

  static async of({ url }: Pick<Mock, 'url'>): Promise<DescribedClient> {
    return new DescribedClient(url, (await (await fetch(`${url}/openapi.json`)).json()) as Document);
  }

  /** Every operation with one of these tags. */
  operations(...tags: string[]): string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, operation]) => operation.tags.some((tag) => tags.includes(tag)))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** Calls an operation, and answers the body of an answer that is described and has this status. */
  async call<Answer = unknown>(operation: string, status: number, options: CallOptions = {}): Promise<Answer> {
    const [method = '', template = ''] = operation.split(' ');
    const { path = {}, query = {}, headers = {}, body } = options;
    const filled = template.replaceAll(/\{(\w+)\}/g, (_all, name: string) => path[name] ?? '');
    const response = await fetch(`${this.#url}${filled}?${new URLSearchParams(query)}`, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    this.called.add(operation);
    const text = await response.text();
    if (response.status !== status) throw new Error(`${operation}: ${response.status} ${text}`);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const answer = type === 'application/json' ? JSON.parse(text) : text;
    this.#check(operation, `paths/${pointer(template)}/${method.toLowerCase()}/responses/${status}`, type, answer);
    return answer as Answer;
  }

  /** Opens an answer that does not end by itself, and answers how it begins. */
  async open(operation: string): Promise<string> {
    const [method = '', path = ''] = operation.split(' ');
    const client = new AbortController();
    const response = await fetch(this.#url + path, { method, signal: client.signal });
    this.called.add(operation);
    const { value } = (await response.body?.getReader().read()) ?? {};
    client.abort();
    const beginning = new TextDecoder().decode(value);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    this.#check(
      operation,
      `paths/${pointer(path)}/${method.toLowerCase()}/responses/${response.status}`,
      type,
      beginning,
    );
    return beginning;
  }

  #check(operation: string, place: string, type: string, answer: unknown): void {
    const validate = this.#ajv.compile({ $ref: `openapi.json#/${place}/content/${pointer(type)}/schema` });
    if (validate(answer)) return;
    const complaints = validate.errors?.slice(0, 5).map(({ instancePath, message, params }) => {
      return `${instancePath || 'the answer'} ${message} ${JSON.stringify(params)}`;
    });
    throw new Error(`${operation} answered what is not described: ${complaints?.join('; ')}`);
  }
}

const pointer = (text: string): string => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));

/** The same document where no object may have more than it says, so that an answer with a field that is not described is found. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isObjectSchema = copy.type === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return isObjectSchema ? { ...copy, additionalProperties: false } : copy;
}
