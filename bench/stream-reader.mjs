// The page of the figure with an open page, in a process of its own: reads the stream at full speed and looks at no more than the ids
// of its messages, because what a browser does with them is not the mock's cost.
let client;
/** The id of the last message, which names the run. */
let lastId = '';
let messages = 0;

/** Goes on with what comes: what happened while nobody looked is not what is measured. */
async function open(url) {
  client = new AbortController();
  messages = 0;
  const journal = await (await fetch(new URL('journal?limit=1', url))).json();
  const [run = ''] = lastId.split(':');
  const { body } = await fetch(`${url}?last_event_id=${run}:${journal.last_seq}`, { signal: client.signal });
  read(body).catch((error) => {
    if (!client.signal.aborted) throw error;
  });
}

async function read(body) {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const frames = text.split('\n\n');
    text = frames.pop();
    for (const frame of frames) {
      const [, id] = /^event: entries\nid: (.*)$/m.exec(frame) ?? [];
      if (id === undefined) continue;
      lastId = id;
      if (++messages === 1) process.send({ ready: true });
    }
  }
}

process.on('message', (command) => {
  if (command.open) return open(command.open);
  client.abort();
  process.send({ messages });
});
process.on('disconnect', () => process.exit());
