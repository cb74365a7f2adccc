/** The part of kafkajs that is mended where it is loaded, which its own types leave out. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: unknown[];
    scheduleCheckPendingRequests(): void;
  }
}
