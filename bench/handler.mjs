// The consumer of every figure: a bare server in a process of its own that reads each request and answers 200,
// or what the last part of the path says.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.statusCode = Number(request.url.slice(1)) || 200;
  request.resume().on('end', () => response.end());
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit());
