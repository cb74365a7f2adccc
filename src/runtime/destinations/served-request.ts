import type { CallEnd } from './call-end.ts';

type MakeRequest = (url: string, init: RequestInit, end: CallEnd) => Request;

let make: MakeRequest | undefined;
/** The `Request` that it makes; a test's environment may put another one in its place. */
let of: typeof Request | undefined;

/** A request as a server makes it: its signal, and that of its clones, is that of the call. */
export function servedRequest(url: string, init: RequestInit, end: CallEnd): Request {
  // Not before the first call: Node loads its fetch when somebody asks for it.
  if (!make || of !== Request) {
    make = makerOf(Request);
    of = Request;
  }
  return make(url, init, end);
}

function makerOf(PlainRequest: typeof Request): MakeRequest {
  // The types declare as properties what are an accessor and a method, which a class may not override.
  class ServedRequest extends (PlainRequest as new (url: string, init: RequestInit) => object) {
    readonly #end: CallEnd;

    constructor(url: string, init: RequestInit, end: CallEnd) {
      super(url, init);
      this.#end = end;
    }

    get signal(): AbortSignal {
      return this.#end.signal;
    }

    clone(): Request {
      return new PlainRequest(PlainRequest.prototype.clone.call(this), { signal: this.signal });
    }
  }
  return (url, init, end) => new ServedRequest(url, init, end) as unknown as Request;
}
