import type { ClientRequest, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { type AepMockError, fail } from '../errors.ts';
import { realDeadline } from '../runtime/clock.ts';
import { failureWords, transportReason } from '../runtime/transport-error.ts';
import {
  type ClientFrame,
  type HelloFrame,
  heartbeat,
  maxMessageBytes,
  type Result,
  type ResultsFrame,
  relayPath,
  type ServerFrame,
  type WelcomeFrame,
} from './frames.ts';
import { readMessage, serialiseFrame } from './protocol.ts';
import { TurnBatch } from './turn-batch.ts';

export interface DialOptions {
  /** The mock, as http(s)://host:port. */
  url: string;
  token?: string;
  hello: HelloFrame;
  heartbeatMs: number;
  /** Ends the attempt to connect, and nothing after the welcome. */
  signal: AbortSignal;
  /** Gets what comes after the welcome. */
  onFrame(frame: ServerFrame, link: Link): void;
}

/** One connection to the mock, welcomed. */
export interface Link {
  welcome: WelcomeFrame;
  /** Resolves with the reason when the connection has ended. */
  closed: Promise<string>;
  /** Sends a frame behind what is gathered. Does nothing when the connection has ended. */
  send(frame: Exclude<ClientFrame, ResultsFrame>): void;
  /** Sends a result: at once when it `isLast` and no other is to come, or together with others of this turn. The same. */
  report(result: Result, isLast: boolean): void;
  terminate(): void;
}

/** So many results make a message: each may carry some kB of its answer. */
const mostResults = 100;
/** Time for the connection and the welcome. */
const welcomeDeadlineMs = 10_000;

/** Connects, says hello and resolves when welcomed. @throws SERVER_UNREACHABLE, SERVER_REFUSED, RELAY_REFUSED */
export function dial({ url, token, hello, heartbeatMs, signal, onFrame }: DialOptions): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace(/^http/i, 'ws').replace(/\/$/, '')}${relayPath}`, {
      ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      handshakeTimeout: welcomeDeadlineMs,
    });
    let ended: (reason: string) => void = () => {};
    const closed = new Promise<string>((end) => {
      ended = end;
    });
    let link: Link | undefined;
    let failure: string | undefined;
    let results: Result[] = [];
    const write = (text = ''): void => {
      if (socket.readyState !== WebSocket.OPEN) return;
      const message = (results.length > 0 ? serialiseFrame({ type: 'results', results }) : '') + text;
      results = [];
      if (message !== '') socket.send(message);
    };
    const send: Link['send'] = (frame) => write(serialiseFrame(frame));
    const batch = new TurnBatch(write);
    const report = (result: Result, isLast: boolean): void => {
      results.push(result);
      if (isLast || results.length >= mostResults) batch.now();
      else batch.later();
    };
    const giveUp = (error: AepMockError): void => {
      reject(error);
      socket.terminate();
    };
    const welcomeLate = fail('SERVER_UNREACHABLE', { url, reason: 'it did not welcome the relay' });
    const cancelDeadline = realDeadline(welcomeDeadlineMs, () => giveUp(welcomeLate));
    const abort = (): void => giveUp(fail('SERVER_UNREACHABLE', { url, reason: 'told to stop' }));
    signal.addEventListener('abort', abort, { once: true });
    const stopHeart = keepAlive(socket, heartbeatMs, () => {
      failure = `the server was silent for ${(heartbeat.toleratedSilentBeats * heartbeatMs) / 1000} s`;
      socket.terminate();
    });

    const receive = (frame: ServerFrame): void => {
      if (link) onFrame(frame, link);
      else if (frame.type === 'error') giveUp(fail('RELAY_REFUSED', { url, reason: frame.message, hint: frame.hint }));
      else if (frame.type === 'welcome') {
        cancelDeadline();
        signal.removeEventListener('abort', abort);
        link = { welcome: frame, closed, send, report, terminate: () => socket.terminate() };
        resolve(link);
      }
    };
    socket.on('open', () => send(hello));
    socket.on('message', (data) => {
      for (const frame of readMessage(data.toString())) if (frame) receive(frame as ServerFrame);
    });
    socket.on('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
      response.resume();
      giveUp(refusal(url, response.statusCode ?? 0));
    });
    socket.on('error', (error) => {
      failure ??= failureWords(transportReason(error));
    });
    socket.on('close', (_code, reason) => {
      cancelDeadline();
      signal.removeEventListener('abort', abort);
      stopHeart();
      const why = failure ?? (reason.toString() || 'the connection broke');
      reject(fail('SERVER_UNREACHABLE', { url, reason: why }));
      ended(why);
    });
  });
}

/** Asks for a sign of life at every beat; calls `onSilence` when none came for too long. Returns its end. */
function keepAlive(socket: WebSocket, heartbeatMs: number, onSilence: () => void): () => void {
  let silentBeats = 0;
  const alive = (): void => {
    silentBeats = 0;
  };
  for (const sign of ['message', 'ping', 'pong']) socket.on(sign, alive);
  const beat = (): void => {
    if (silentBeats++ >= heartbeat.toleratedSilentBeats) {
      onSilence();
      return;
    }
    if (socket.readyState === WebSocket.OPEN) socket.ping();
    cancel = realDeadline(heartbeatMs, beat);
  };
  let cancel = realDeadline(heartbeatMs, beat);
  return () => cancel();
}

function refusal(url: string, status: number): AepMockError {
  if (status === 401) {
    const hint = 'pass the token that the mock was started with: --token TOKEN or AEP_MOCK_TOKEN';
    return fail('SERVER_REFUSED', { url, status, reason: 'it asks for a token', hint });
  }
  if (status === 403) {
    const hint = 'use 127.0.0.1 or localhost; for another name start the mock with --token and send it';
    return fail('SERVER_REFUSED', { url, status, reason: 'it does not take connections under this name', hint });
  }
  return fail('SERVER_REFUSED', { url, status, reason: 'it has no relay' });
}
