/** Taken when this module loads, as the clock's are: a test with fake timers must not stop the relay. */
const realSetImmediate = globalThis.setImmediate;

/**
 * Gathers what is written to a socket in one turn of the event loop into one system call: with small frames the calls cost more than
 * everything else. Call the function that it gives before each write.
 */
export function batchWrites(socket: { cork(): void; uncork(): void }): () => void {
  let corked = false;
  const flush = (): void => {
    corked = false;
    socket.uncork();
  };
  return () => {
    if (corked) return;
    corked = true;
    socket.cork();
    realSetImmediate(flush);
  };
}
