import { nearest } from '../core/nearest.ts';
import type { Policy, ProfileName } from '../core/profile.ts';
import type { ScenarioName } from '../core/scenario.ts';
import type { Connection } from '../core/types.ts';
import type { TypedFaultInput } from '../events/typed-fault-input.ts';
import { rejectValue } from './option-kind.ts';
import { flagOf, type OptionName, type OptionValues, optionsOf, specOf, variableOf } from './option-table.ts';

/** What `startMock` takes. Everything has a default. */
export interface MockOptions {
  /** Address to bind; `127.0.0.1`. Anything but loopback needs `token`. */
  host?: string;
  /** Port to bind; `0`, which takes a free one: read `mock.url`. */
  port?: number;
  /** Token that the control API and the relay ask for; none. */
  token?: string;
  /** Platform generation to behave like; `2024-09`. */
  profile?: ProfileName;
  /** Overrides of single rows of the profile: `{ ackDeadlineMs: 500 }`. */
  policy?: Partial<Policy>;
  /** Makes everything random repeatable; a fresh one otherwise. */
  seed?: number;
  /** Whose time it is; `system`, the machine's. `virtual` is moved by `mock.clock.advance()` and its like only. */
  clock?: 'system' | 'virtual';
  /** How many times faster than real time the clock runs; as fast as real time otherwise. */
  timeScale?: number;
  /** Where virtual time begins, as RFC 3339 or in milliseconds since the epoch; 2026-01-05T08:00:00Z otherwise. */
  startTime?: string | number;
  /** Which PIM tokens are good; `connection`, those that were issued. `any` accepts every one that is not empty. */
  auth?: 'connection' | 'any';
  /** Client id of the ready-made connection of the PIM; `aep-mock-client`. */
  clientId?: string;
  /** Its client secret; `aep-mock-client-secret`. */
  clientSecret?: string;
  /** Its PIM user; `aep-mock-user`. */
  username?: string;
  /** That user's password; `aep-mock-password`. */
  password?: string;
  /** Further connections and apps; none. */
  connections?: Connection[];
  /** Accept plain http destinations on loopback addresses; `false`. */
  allowHttp?: boolean;
  /** Hosts besides this machine that deliveries may go to; none. */
  allowHost?: string[];
  /** PEM file with a certificate authority to trust for deliveries. */
  ca?: string;
  /** Accept any certificate of a destination; `false`. */
  insecure?: boolean;
  /** `host:port` of a Pub/Sub emulator to publish to; what the environment variable PUBSUB_EMULATOR_HOST says, or none. */
  pubsubEmulator?: string;
  /** Make topics that the emulator does not have, instead of suspending their subscriptions; `false`. */
  pubsubCreateTopics?: boolean;
  /** Ignore the SASL and TLS settings of Kafka subscriptions; `false`. */
  kafkaInsecure?: boolean;
  /** How fast deliveries are sent; `adaptive`, as the platform does. `unlimited`: as fast as can be. */
  rate?: 'adaptive' | 'unlimited';
  /** How badly things go: a preset of `duplicates`, `shuffle`, `order` and `faults`; `calm`, which is nothing. */
  scenario?: ScenarioName;
  /** A JSON file with a scenario of your own, in place of a preset. */
  scenarioFile?: string;
  /** Share of the deliveries that are made twice, from 0 to 1; that of the scenario otherwise. */
  duplicates?: number;
  /** Deliveries may be overtaken by so many later ones of their subscription; as the scenario says otherwise. */
  shuffle?: number;
  /** `fifo` forbids reordering: one delivery at a time; as the scenario says otherwise. */
  order?: 'natural' | 'fifo';
  /** Failures to inject, asked before those of the scenario: `{ status: 503, first: 2 }`; none. */
  faults?: readonly TypedFaultInput[];
  /** What happens to relayed deliveries while nobody listens; `hold`, or `fail` as production would. */
  whileOffline?: 'hold' | 'fail';
  /** Secret of the subscriptions that the mock makes itself; `aep-mock-webhook-secret`. */
  webhookSecret?: string;
}

/** The same with every default applied. `seed`, `token`, `ca` and `pubsubEmulator` may stay undefined. */
export type ResolvedMockOptions = Pick<OptionValues, keyof MockOptions>;

/** The places a value can come from, weakest first. */
export type Origin = 'default' | 'file' | 'env' | 'flag' | 'option';
export type Resolved<Name extends OptionName> = { [N in Name]: { value: OptionValues[N]; from: Origin } };
/** Every option of `exec` with its value. */
export type ExecOptions = Pick<OptionValues, (typeof optionsOf.exec)[number]>;
/** Every option of `start` with its value. */
export type ResolvedOptions = Pick<OptionValues, (typeof optionsOf.start)[number]>;

/** The values as each place has them, unchecked. */
export interface OptionSources {
  /** The config file's keys, as `readConfigFile` gives them. */
  file?: { path: string; values: Record<string, unknown> } | undefined;
  env?: Record<string, string | undefined>;
  /** Texts of the flags, by option name or by the flag's own; a switch is `true`. */
  flags?: Record<string, string | string[] | boolean | undefined>;
  programmatic?: Record<string, unknown>;
}

interface Found {
  value: unknown;
  from: Origin;
}

/** The values that the places give for one option, weakest first, each checked with its place's name in the error. */
function* valuesIn(name: OptionName, sources: OptionSources): Generator<Found> {
  const { kind } = specOf(name);
  const inFile = sources.file?.values[name];
  if (inFile !== undefined) yield { value: kind.read(inFile, `"${name}" in ${sources.file?.path}`), from: 'file' };
  // An empty variable is how a shell or a compose file says "not set".
  const variable = sources.env?.[variableOf(name)];
  if (variable) yield { value: kind.parse([variable], variableOf(name)), from: 'env' };
  const flag = sources.flags?.[specOf(name).flag ?? name];
  if (flag !== undefined) yield { value: kind.parse([flag].flat().map(String), flagOf(name)), from: 'flag' };
  const given = sources.programmatic?.[name];
  if (given !== undefined) yield { value: kind.read(given, `option "${name}"`), from: 'option' };
}

function resolveOne(name: OptionName, sources: OptionSources): Found {
  const spec = specOf(name);
  let found: Found = { value: spec.default, from: 'default' };
  for (const next of valuesIn(name, sources)) {
    found = { value: spec.merge ? spec.merge(found.value, next.value) : next.value, from: next.from };
  }
  return found;
}

/** Resolves some options: default < config file < environment < flag < programmatic. */
export function resolveOptions<Name extends OptionName>(
  names: readonly Name[],
  sources: OptionSources,
): Resolved<Name> {
  return Object.fromEntries(names.map((name) => [name, resolveOne(name, sources)])) as Resolved<Name>;
}

/** The plain values of resolved options. */
export function valuesOf<Name extends OptionName>(resolved: Resolved<Name>): Pick<OptionValues, Name> {
  const entries = (Object.entries(resolved) as [Name, Found][]).map(([name, { value }]) => [name, value]);
  return Object.fromEntries(entries) as Pick<OptionValues, Name>;
}

/**
 * Checks the options of a program and applies the defaults. Neither file nor environment is asked, but for the address of the Pub/Sub
 * emulator, which every library of Google's takes from there.
 */
export function resolveMockOptions(options: MockOptions = {}): ResolvedMockOptions {
  for (const given of Object.keys(options)) {
    if (optionsOf.mock.some((name) => name === given)) continue;
    const close = nearest(given, optionsOf.mock);
    throw rejectValue(
      'startMock',
      given,
      'one of its options',
      close === undefined ? undefined : `did you mean ${close}?`,
    );
  }
  const { PUBSUB_EMULATOR_HOST } = process.env;
  return valuesOf(resolveOptions(optionsOf.mock, { env: { PUBSUB_EMULATOR_HOST }, programmatic: { ...options } }));
}
