// The other end of the bare relay: every message is posted, and its status goes back.
import { Agent } from 'undici';
import WebSocket from 'ws';

const [relay, url] = process.argv.slice(2);
const { origin, pathname: path } = new URL(url);
const agent = new Agent({ pipelining: 1 });
const socket = new WebSocket(relay, { perMessageDeflate: false });
socket.on('message', async (text) => {
  const { id, headers, body } = JSON.parse(text);
  const response = await agent.request({ origin, path, method: 'POST', headers, body });
  await response.body.dump();
  socket.send(JSON.stringify({ id, status: response.statusCode }));
});
process.on('disconnect', () => process.exit());
