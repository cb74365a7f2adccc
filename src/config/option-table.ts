import type { FaultInput } from '../core/fault-input.ts';
import { defaultProfile, type Policy, profileNames } from '../core/profile.ts';
import { type ScenarioName, scenarioNames, scenarios } from '../core/scenario.ts';
import type { Connection } from '../core/types.ts';
import { connectionList } from './connections-option.ts';
import { faultList } from './faults-option.ts';
import { hostPort, hosts } from './hosts-option.ts';
import {
  choice,
  fraction,
  headerToken,
  instant,
  integer,
  type Kind,
  list,
  secret,
  serverUrl,
  text,
  toggle,
} from './option-kind.ts';
import { policyOverrides } from './policy-option.ts';
import { byteSize, captureFile, secrets } from './record-options.ts';
import { eventTypes, forwardTarget } from './relay-options.ts';
import { disorderKinds } from './scenario-file.ts';

/** One option. Its flag (`--allow-host`), variable (`AEP_MOCK_ALLOW_HOST`) and file key (`allowHost`) follow from its name. */
export interface OptionSpec<T = unknown> {
  group: string;
  help: string;
  kind: Kind<T>;
  default: T;
  /** Its flag without the dashes and its variable, where they are not the name's. */
  flag?: string;
  env?: string;
  /** Printed and reported redacted. */
  secret?: true;
  /** Too big for a command line: the file has it, and the variable as JSON. */
  noFlag?: true;
  /** Only a command line has it: it says where the other options are. */
  notInFile?: true;
  /** Joins the values of two places; otherwise the stronger place wins. */
  merge?: (weaker: T, stronger: T) => T;
}

/** An option that always has a value. */
const withDefault = <T>(spec: OptionSpec<T>): OptionSpec<T> => spec;
/** An option that may stay unset. */
const optional = <T>(spec: Omit<OptionSpec<T>, 'default'>): OptionSpec<T | undefined> => ({
  ...(spec as OptionSpec<T | undefined>),
  default: undefined,
});

const server = 'Server';
const platform = 'Platform';
const access = 'PIM and credentials';
const delivery = 'Delivery';
const brokers = 'Pub/Sub and Kafka';
const disorder = 'Disorder and faults';
const relay = 'Relay';
const capture = 'Capture';
const output = 'Output';

/** Every option of every command that has a variable and a file key. Nothing about an option is written anywhere else. */
export const optionTable = {
  host: withDefault<string>({ group: server, help: 'address to bind', kind: text('address'), default: '127.0.0.1' }),
  port: withDefault<number>({
    group: server,
    help: 'port to bind; 0 takes a free one',
    kind: integer('n', 0, 65_535),
    default: 8090,
  }),
  token: optional<string>({
    group: server,
    help: 'token for the control API, the inspector and the relay; needed to bind anything but loopback',
    kind: headerToken,
    secret: true,
  }),
  profile: withDefault({
    group: platform,
    help: 'platform generation to behave like',
    kind: choice(profileNames),
    default: defaultProfile,
  }),
  policy: withDefault<Partial<Policy>>({
    group: platform,
    help: 'override a row of the profile, for example ackDeadlineMs=500',
    kind: policyOverrides,
    default: {},
    merge: (weaker, stronger) => ({ ...weaker, ...stronger }),
  }),
  seed: optional<number>({
    group: platform,
    help: 'number that makes everything random repeatable; a fresh one is printed otherwise',
    kind: integer('n', Number.MIN_SAFE_INTEGER),
  }),
  clock: withDefault<'system' | 'virtual'>({
    group: platform,
    help: "whose time it is: the machine's, or a virtual one that moves by command only (ctl advance, next, run-until-idle)",
    kind: choice(['system', 'virtual']),
    default: 'system',
  }),
  timeScale: optional<number>({
    group: platform,
    help: 'how many times faster than real time the clock runs; with 60 an hour takes a minute',
    kind: fraction(0.001, 1_000_000),
  }),
  startTime: optional<number>({
    group: platform,
    help: 'where virtual time begins, as RFC 3339; 2026-01-05T08:00:00Z otherwise',
    kind: instant,
  }),
  auth: withDefault<'connection' | 'any'>({
    group: access,
    help: 'connection: tokens as issued; any: every non-empty token is accepted',
    kind: choice(['connection', 'any']),
    default: 'connection',
  }),
  clientId: withDefault<string>({
    group: access,
    help: 'client id of the ready-made connection',
    kind: text('id'),
    default: 'aep-mock-client',
  }),
  clientSecret: withDefault<string>({
    group: access,
    help: 'its client secret',
    kind: secret(1, 256),
    default: 'aep-mock-client-secret',
    secret: true,
  }),
  username: withDefault<string>({ group: access, help: 'its PIM user', kind: text('name'), default: 'aep-mock-user' }),
  password: withDefault<string>({
    group: access,
    help: "that user's password",
    kind: secret(1, 256),
    default: 'aep-mock-password',
    secret: true,
  }),
  connections: withDefault<Connection[]>({
    group: access,
    help: 'further connections and apps: kind, clientId, clientSecret, username, password, authorizationCode, pimUrl, permission',
    kind: connectionList,
    default: [],
    secret: true,
    noFlag: true,
  }),
  allowHttp: withDefault<boolean>({
    group: delivery,
    help: 'accept plain http destinations on loopback addresses',
    kind: toggle,
    default: false,
  }),
  allowHost: withDefault<string[]>({
    group: delivery,
    help: 'deliver to this host too, besides this machine',
    kind: hosts,
    default: [],
  }),
  ca: optional<string>({
    group: delivery,
    help: 'PEM file with a certificate authority to trust for deliveries',
    kind: text('file'),
  }),
  insecure: withDefault<boolean>({
    group: delivery,
    help: 'accept any certificate of a destination',
    kind: toggle,
    default: false,
  }),
  pubsubEmulator: optional<string>({
    group: brokers,
    help: 'publish to the Pub/Sub emulator at this address',
    kind: hostPort,
    env: 'PUBSUB_EMULATOR_HOST',
  }),
  pubsubCreateTopics: withDefault<boolean>({
    group: brokers,
    help: 'make topics that the emulator does not have, instead of suspending their subscriptions',
    kind: toggle,
    default: false,
  }),
  kafkaInsecure: withDefault<boolean>({
    group: brokers,
    help: 'ignore the SASL and TLS settings of Kafka subscriptions, for a local broker in plain text',
    kind: toggle,
    default: false,
  }),
  rate: withDefault<'adaptive' | 'unlimited'>({
    group: delivery,
    help: 'adaptive: as fast as the platform sends; unlimited: as fast as can be, for load work',
    kind: choice(['adaptive', 'unlimited']),
    default: 'adaptive',
  }),
  scenario: withDefault<ScenarioName>({
    group: disorder,
    help: scenarioNames.map((name) => `${name}: ${scenarios[name].help}`).join('; '),
    kind: choice(scenarioNames),
    default: 'calm',
  }),
  scenarioFile: optional<string>({
    group: disorder,
    help: 'a scenario of your own, as JSON: {"disorder": {"duplicates": 0.05}, "faults": [{"status": 503, "first": 2}]}',
    kind: text('file'),
  }),
  duplicates: optional<number>({
    group: disorder,
    help: 'share of the deliveries that are made twice, from 0 to 1',
    kind: disorderKinds.duplicates,
  }),
  shuffle: optional<number>({
    group: disorder,
    help: 'deliveries may be overtaken by so many later ones of their subscription',
    kind: disorderKinds.shuffle,
  }),
  order: optional<'natural' | 'fifo'>({
    group: disorder,
    help: 'natural: as concurrency and retries make it; fifo: one delivery at a time, in the order of publication',
    kind: disorderKinds.order,
  }),
  faults: withDefault<FaultInput[]>({
    group: disorder,
    help: 'inject a failure, as words: "status=503 first=2 type=product.updated"; see "aep-mock ctl fault add --help" (repeatable)',
    kind: faultList,
    default: [],
    flag: 'fault',
  }),
  whileOffline: withDefault<'hold' | 'fail'>({
    group: relay,
    help: 'while nobody listens: hold deliveries, or fail them as production would',
    kind: choice(['hold', 'fail']),
    default: 'hold',
  }),
  forwardTo: optional<string>({
    group: relay,
    help: 'local handler to relay deliveries to: 3000, 3000/path, localhost:3000/path or a URL',
    kind: forwardTarget,
  }),
  events: withDefault<string[]>({
    group: relay,
    help: 'event types of the subscription that is made for the handler; all otherwise',
    kind: eventTypes,
    default: [],
  }),
  webhookSecret: withDefault<string>({
    group: relay,
    help: 'secret of the subscriptions that listen, --forward-to and --demo make',
    kind: secret(16, 256),
    default: 'aep-mock-webhook-secret',
    secret: true,
  }),
  out: optional<string>({
    group: capture,
    help: 'file to write the deliveries to, one a line; it is appended to',
    kind: captureFile,
  }),
  rotateSize: optional<number>({
    group: capture,
    help: 'go on in another file when one would be larger: 100MB, 1GB; capture.ndjson is followed by capture.1.ndjson',
    kind: byteSize,
  }),
  signatureSecrets: withDefault<string[]>({
    group: capture,
    help: 'a secret of the subscription, to verify signatures with: the primary, the secondary, a former one (repeatable; the variable has one a line)',
    kind: secrets,
    default: [],
    flag: 'secret',
    secret: true,
  }),
  redact: withDefault<string[]>({
    group: capture,
    help: 'what must not be written of the events: data.author, data.*.values (repeatable)',
    kind: list('path'),
    default: [],
  }),
  rejectUnverified: withDefault<boolean>({
    group: capture,
    help: 'answer 401 to a delivery whose signatures are all wrong; it is written down all the same, and not passed on',
    kind: toggle,
    default: false,
  }),
  subscription: withDefault<string[]>({
    group: relay,
    help: 'relay only this subscription',
    kind: list('id'),
    default: [],
  }),
  urlPrefix: optional<string>({
    group: relay,
    help: 'relay only the subscriptions whose URL begins with this',
    kind: text('url'),
  }),
  demo: withDefault<boolean>({
    group: relay,
    help: 'show it working: a built-in handler and a trickle of events',
    kind: toggle,
    default: false,
  }),
  server: withDefault<string>({
    group: server,
    help: 'the running aep-mock to talk to',
    kind: serverUrl,
    default: 'http://127.0.0.1:8090',
    env: 'AEP_MOCK_URL',
  }),
  readyFile: optional<string>({
    group: output,
    help: 'file that has the JSON of the ready line while the mock is ready, for whoever waits for it',
    kind: text('file'),
  }),
  format: withDefault<'pretty' | 'json' | 'quiet'>({
    group: output,
    help: 'json prints one object a line; quiet prints the ready line and errors',
    kind: choice(['pretty', 'json', 'quiet']),
    default: 'pretty',
  }),
  config: optional<string>({
    group: output,
    help: 'config file; aep-mock.config.json in the working directory is read when it is there',
    kind: text('file'),
    notInFile: true,
  }),
};

export type OptionName = keyof typeof optionTable;
export type OptionValues = { [Name in OptionName]: (typeof optionTable)[Name]['default'] };
export const optionNames = Object.keys(optionTable) as OptionName[];

const startNames = [
  ...([
    'host',
    'port',
    'token',
    'profile',
    'policy',
    'seed',
    'clock',
    'timeScale',
    'startTime',
    'auth',
    'clientId',
    'clientSecret',
    'username',
    'password',
  ] as const),
  ...(['rate', 'scenario', 'scenarioFile', 'duplicates', 'shuffle', 'order', 'faults'] as const),
  ...(['connections', 'allowHttp', 'allowHost', 'ca', 'insecure', 'whileOffline', 'webhookSecret'] as const),
  ...(['pubsubEmulator', 'pubsubCreateTopics', 'kafkaInsecure'] as const),
] as const;

/** Which options a command has. `mock` are those of `startMock`; a thin client talks to a running mock. */
export const optionsOf = {
  mock: startNames,
  start: [...startNames, 'forwardTo', 'events', 'demo', 'readyFile', 'format', 'config'],
  exec: [...startNames, 'forwardTo', 'events', 'readyFile', 'format', 'config'],
  client: ['server', 'token', 'format', 'config'],
  listen: [
    'server',
    'token',
    'forwardTo',
    'events',
    'subscription',
    'urlPrefix',
    'webhookSecret',
    'insecure',
    'format',
    'config',
  ],
  record: [
    ...(['host', 'port', 'token', 'out', 'rotateSize', 'signatureSecrets', 'rejectUnverified', 'redact'] as const),
    ...(['forwardTo', 'insecure', 'format', 'config'] as const),
  ],
  offline: ['format', 'config'],
} as const satisfies Record<string, readonly OptionName[]>;

/** The declaration of an option, for code that treats all options alike. */
export const specOf = (name: OptionName): OptionSpec => optionTable[name] as OptionSpec;

/** Whether a value of that name must not be shown. */
export const isSecretOption = (name: string): boolean =>
  name in optionTable && specOf(name as OptionName).secret === true;

export const flagOf = (name: OptionName): string =>
  `--${specOf(name).flag ?? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export function variableOf(name: OptionName): string {
  return specOf(name).env ?? `AEP_MOCK_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}
