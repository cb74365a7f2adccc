import type { OptionValues, optionsOf } from '../../config/option-table.ts';
import { createRng } from '../../core/rng.ts';
import { fail } from '../../errors.ts';
import { finishedLine, noticeLine } from '../../narration/attempt-line.ts';
import { journalLine } from '../../narration/journal-line.ts';
import { shellWord } from '../../narration/shell-word.ts';
import { count, shortId, shortType, timeOfDay } from '../../narration/text.ts';
import { everything, type ReceivedDelivery } from '../../recorder/received-delivery.ts';
import { type HowRecorded, type RecorderEvents, startRecorder } from '../../recorder/recorder.ts';
import { CaptureFile } from '../../recordings/capture-file.ts';
import type { Verification } from '../../recordings/capture-record.ts';
import { parseJsonPath } from '../../recordings/redact-json.ts';
import { RelayClient } from '../../relay/client.ts';
import { describeTarget, type ForwardTarget, forwardUrl, parseForwardTarget } from '../../relay/forward-target.ts';
import { SystemClock } from '../../runtime/clock.ts';
import { freshSeed } from '../../runtime/fresh-seed.ts';
import { version } from '../../version.ts';
import { type CommandContext, exitCodeOf } from '../command.ts';
import { relayNotices } from '../relay-notices.ts';
import type { Renderer } from '../render.ts';

export type RecordOptions = Pick<OptionValues, (typeof optionsOf.record)[number]>;

/** `aep-mock record`: receives deliveries of the real platform and writes them down until it is told to stop. */
export async function record(options: RecordOptions, { render, interrupted }: CommandContext): Promise<number> {
  const { out, host, port, token, rotateSize, rejectUnverified, signatureSecrets: secrets, forwardTo } = options;
  if (out === undefined)
    throw fail('MISSING_OPTION', { command: 'record', option: '--out', example: '--out capture.ndjson' });
  if (rejectUnverified && secrets.length === 0)
    throw fail('MISSING_OPTION', { command: '--reject-unverified', option: '--secret', example: '--secret SECRET' });
  const redact = options.redact.map((path) => parseJsonPath(path, '--redact'));
  const target = forwardTo === undefined ? undefined : parseForwardTarget(forwardTo);
  const stop = interrupted();
  const file = new CaptureFile({ path: out, rotateBytes: rotateSize });
  const log = new RecordLog(render, file, target, options.redact);
  const recorder = await startRecorder({
    ...{ host, port, token, file, secrets, rejectUnverified, redact, on: log },
  });
  const { url } = recorder;
  const relay =
    target &&
    new RelayClient({
      url,
      ...(token !== undefined && { token }),
      client: `aep-mock/${version}`,
      forwardTo: target,
      insecure: options.insecure,
      claim: { kind: 'all' },
      ensure: { events: null },
      rng: createRng(freshSeed()),
      on: relayNotices(url, describeTarget(target), render),
    });
  try {
    await relay?.start();
    const json = { type: 'ready', url, pid: process.pid, version, out: file.path };
    render.ready(json, `ready on ${url}`, details(options, url, file));
    const signal = await stop;
    return exitCodeOf(signal);
  } finally {
    await relay?.close();
    await recorder.close();
    log.end();
    file.close();
  }
}

function details(
  { signatureSecrets, redact, forwardTo, token }: RecordOptions,
  url: string,
  file: CaptureFile,
): string {
  const listen = `aep-mock listen --server ${url} --forward-to 3000${token === undefined ? '' : ' --token TOKEN'}`;
  const rows = [
    ['writes to', file.path],
    ['destination', `point the subscription at ${url}, or at your tunnel to it, with any path`],
    [
      'signatures',
      signatureSecrets.length > 0
        ? `verified with ${count(signatureSecrets.length, 'secret')}`
        : 'not verified: give --secret',
    ],
    ...(redact.length > 0 ? [['redacted', redact.join(', ')]] : []),
    forwardTo === undefined ? ['live events', listen] : ['forwarding', `to ${forwardTo}`],
  ];
  return rows.map(([name = '', text = '']) => `  ${name.padEnd(12)}  ${text}`).join('\n');
}

/** Puts what happens at the recorder into lines, and counts for the summary. */
class RecordLog implements RecorderEvents {
  readonly #render: Renderer;
  readonly #file: CaptureFile;
  readonly #target: ForwardTarget | undefined;
  readonly #clock = new SystemClock();
  readonly #counts = {
    recorded: 0,
    verified: 0,
    unverified: 0,
    refused: 0,
    passedOn: 0,
    answered200: 0,
    notPassedOn: 0,
  };
  readonly #files = new Set<string>();
  /** By path to redact: in how many deliveries it was found, and in how many not. */
  readonly #redactions: Map<string, { found: number; missing: number }>;

  constructor(render: Renderer, file: CaptureFile, target: ForwardTarget | undefined, redact: readonly string[]) {
    this.#render = render;
    this.#file = file;
    this.#target = target;
    this.#redactions = new Map(redact.map((path) => [path, { found: 0, missing: 0 }]));
  }

  recorded(delivery: ReceivedDelivery, { status, passedOn, redacted }: HowRecorded): void {
    const { event, bytes, verification, receivedAt, url } = delivery;
    this.#counts.recorded++;
    if (verification) this.#counts[verification.verified ? 'verified' : 'unverified']++;
    this.#counts.passedOn += passedOn ?? 0;
    if (passedOn === undefined) this.#counts.notPassedOn++;
    const { path } = this.#file;
    if (this.#files.size > 0 && !this.#files.has(path))
      this.#notice('record.rotated', { out: path }, `goes on in ${path}`);
    this.#files.add(path);
    const { style } = this.#render;
    const check = verification && signatureText(verification);
    const parts = [
      `${style.dim(timeOfDay(receivedAt))}  rec  ${status === 200 ? style.green('[200]') : style.red(`[${status}]`)} ${url.split('?')[0]}`,
      event ? `${shortType(event.type)}  ${shortId(event.id)}` : style.yellow('no event'),
      `${bytes.length} bytes`,
      ...(check === undefined ? [] : [verification?.verified ? check : style.red(check)]),
      ...(passedOn === undefined ? [style.yellow('not passed on: the handler is too slow')] : []),
    ];
    const time = new Date(receivedAt).toISOString();
    const json = {
      time,
      eventId: event?.id,
      eventType: event?.type,
      bytes: bytes.length,
      status,
      verification,
      passedOn,
    };
    this.#render.data({ type: 'delivery.recorded', ...json }, parts.join('  '));
    if (!redacted.includes(everything)) this.#lookedFor(redacted, event?.type);
  }

  refused(status: 413 | 503, why: string): void {
    this.#counts.refused++;
    const text =
      status === 413
        ? `a delivery was refused (413): ${why}`
        : `a delivery could not be written (${why}): answered 503, so that the platform sends it again`;
    this.#notice('delivery.refused', { status, why }, this.#render.style.red(text));
  }

  answered: RecorderEvents['answered'] = (delivery, outcome, verdict) => {
    if (verdict.do === 'deliver') this.#counts.answered200++;
    // One that listens in another terminal has its lines there.
    if (this.#target === undefined) return;
    const { style } = this.#render;
    const at = this.#clock.now();
    const attempt = { ...delivery, destination: forwardUrl(this.#target, delivery.destination), outcome, verdict };
    this.#render.data(
      { type: 'attempt.finished', time: new Date(at).toISOString(), ...attempt },
      finishedLine(at, attempt, { ackDeadlineMs: 3_000, style }),
    );
  };

  fact: RecorderEvents['fact'] = (fact) => {
    const at = this.#clock.now();
    const line = journalLine({ ...fact, seq: 0, at }, { ackDeadlineMs: 3_000, style: this.#render.style });
    this.#render.data({ ...fact, time: new Date(at).toISOString() }, line);
  };

  end(): void {
    const { recorded, verified, unverified, refused, passedOn, answered200, notPassedOn } = this.#counts;
    // A shell puts .10 before .2, and both before the first.
    const { paths } = this.#file;
    const replay = paths.length > 1 ? ['aep-mock', 'replay', ...paths].map(shellWord).join(' ') : undefined;
    const neverFound = [...this.#redactions].filter(([, { found, missing }]) => found === 0 && missing > 0);
    const lines = [
      `deliveries  ${count(recorded, 'delivery', 'deliveries')} recorded, ${refused} refused`,
      `signatures  ${verified + unverified === 0 ? 'none verified' : `${verified} verified, ${unverified} wrong or missing`}`,
      `files       ${[...this.#files].join(', ') || 'nothing was written'}`,
      ...(replay === undefined ? [] : [`in order    ${replay}`]),
      ...(passedOn + notPassedOn > 0
        ? [
            `passed on   ${passedOn}, ${answered200} answered 200${notPassedOn > 0 ? `; ${notPassedOn} not passed on` : ''}`,
          ]
        : []),
      ...neverFound.map(([path, { missing }]) =>
        this.#render.style.red(`not found   --redact ${path}, in none of ${count(missing, 'delivery', 'deliveries')}`),
      ),
    ];
    const json = { ...this.#counts, files: [...this.#files], replay, neverFound: neverFound.map(([path]) => path) };
    this.#render.data({ type: 'summary', ...json }, `\n${lines.join('\n')}`);
  }

  /** A path that is misspelt takes nothing out, so that somebody has to be told. */
  #lookedFor(found: readonly string[], eventType: string | undefined): void {
    for (const [path, tally] of this.#redactions) {
      if (found.includes(path)) tally.found++;
      else if (tally.missing++ === 0) {
        const what = eventType === undefined ? 'this delivery' : `this ${shortType(eventType)}`;
        const text = `--redact ${path} is nowhere in ${what}: nothing was taken out there`;
        this.#notice('redact.missing', { path, eventType }, this.#render.style.yellow(text));
      }
    }
  }

  #notice(type: string, json: Record<string, unknown>, text: string): void {
    const at = this.#clock.now();
    this.#render.data({ type, time: new Date(at).toISOString(), ...json }, noticeLine(at, text, this.#render.style));
  }
}

function signatureText({ primary, secondary }: Verification): string {
  const one = (name: string, check: Verification['primary']): string =>
    typeof check === 'object' ? `${name} verified by secret ${check.secret}` : `${name} signature ${check}`;
  return [one('primary', primary), ...(secondary === undefined ? [] : [one('secondary', secondary)])].join(', ');
}
