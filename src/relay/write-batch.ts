/** Taken when this module loads, as the clock's are: a test with fake timers must not stop the relay. */
const realSetImmediate = globalThis.setImmediate;

/**
 * Gathers what is written to a socket in one turn of the event loop: with small frames the system calls cost more than everything else.
 * Call the function that it gives before each write. The first write of a turn goes at once, because often it is the only one and
 * somebody waits for it; all others go together at the end of the turn.
 */
export function batchWrites(socket: { cork(): void; uncork(): void }): () => void {
  let isInTurn = false;
  let isCorked = false;
  const endTurn = (): void => {
    isInTurn = false;
    if (!isCorked) return;
    isCorked = false;
    socket.uncork();
  };
  return () => {
    if (isCorked) return;
    if (!isInTurn) {
      isInTurn = true;
      realSetImmediate(endTurn);
      return;
    }
    isCorked = true;
    socket.cork();
  };
}
