// The page of the figure with an open page, in a process of its own: reads the stream at full speed, and says what it was told.
let client;
let entries = 0;

async function open(url) {
  client = new AbortController();
  entries = 0;
  const journal = await (await fetch(new URL('journal?limit=1', url))).json();
  const { body } = await fetch(url, { signal: client.signal });
  read(body, journal.last_seq).catch((error) => {
    if (!client.signal.aborted) throw error;
  });
}

/** Says that it is ready when everything until then is read: what is measured is what comes. */
async function read(body, before) {
  const decoder = new TextDecoder();
  let text = '';
  let isReady = false;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop();
    for (const frame of frames) {
      const at = frame.indexOf('data: ');
      if (at < 0) continue;
      const message = JSON.parse(frame.slice(at + 6));
      if (isReady) entries += message.entries.length;
      else if (message.last_seq >= before) {
        isReady = true;
        process.send({ ready: true });
      }
    }
  }
}

process.on('message', (command) => {
  if (command.open) return open(command.open);
  client.abort();
  process.send({ entries });
});
process.on('disconnect', () => process.exit());
