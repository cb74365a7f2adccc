/** The library: a mock of the Akeneo Event Platform in your own process. */
export type { MockOptions } from './config/options.ts';
export type { FaultRule } from './core/fault.ts';
export type { Outcome } from './core/outcome.ts';
export { type Policy, type ProfileName, profileNames, profileTable } from './core/profile.ts';
export type { CloudEvent, Connection, Verdict } from './core/types.ts';
export { AepMockError, type ErrorCode, errorCodes } from './errors.ts';
export type { Author, AuthorName } from './events/author.ts';
export { type EventPattern, type EventType, eventTypes, type ShortName, type TypeNamed } from './events/catalog.ts';
export type * from './events/delta-data.ts';
export type * from './events/event-data.ts';
export type { GenerateRequest } from './events/generate-request.ts';
export type { EventInput } from './events/given-event.ts';
export type { DeepPartial, PublishOverrides } from './events/publish-overrides.ts';
export type { Published, PublishedEvent } from './events/published-event.ts';
export type { TypedFaultInput as FaultInput } from './events/typed-fault-input.ts';
export { type RunContext, type StartOptions, startMock } from './mock.ts';
export type {
  Mock,
  MockCredentials,
  MockSubscription,
  RecordingReplayed,
  ReplayFileOptions,
  ResendOptions,
  SubscribeOptions,
  SubscribeSettings,
} from './mock-handle.ts';
export type { Attempt } from './runtime/attempts.ts';
export { type Clock, SystemClock, VirtualClock } from './runtime/clock.ts';
export type { AttemptRecord, DeliveryRecord, DeliveryState } from './runtime/delivery-records.ts';
export type { FetchHandler, InProcessHandler, NodeListener } from './runtime/destinations/in-process-handler.ts';
export type { FaultControl, FaultView } from './runtime/fault-control.ts';
export type { JournalEntry, JournalReader } from './runtime/journal.ts';
export type { MockClock } from './runtime/mock-clock.ts';
export type { Email } from './runtime/outbox.ts';
export type { LogEntry, LogQuery } from './runtime/platform-logs.ts';
export { ScaledClock } from './runtime/scaled-clock.ts';
export type { Snapshot } from './runtime/snapshots.ts';
export type { DeliveryMatcher, DeliveryQuery } from './testing/delivery-matcher.ts';
export type { ExpectDelivered, WaitOptions } from './testing/expectations.ts';
export { version } from './version.ts';
