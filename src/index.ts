/** The library: a mock of the Akeneo Event Platform in your own process. */
export type { MockOptions } from './config/options.ts';
export { type Policy, type ProfileName, profileNames, profileTable } from './core/profile.ts';
export type { CloudEvent, Connection, Outcome, Verdict } from './core/types.ts';
export { AepMockError, type ErrorCode, errorCodes } from './errors.ts';
export { type EventType, eventTypes } from './events/catalog.ts';
export type { GenerateRequest, PublishedEvent } from './events/publisher.ts';
export type { AttemptView, DeliveryView } from './http/control-api.ts';
export type { DeliveryQuery } from './http/delivery-views.ts';
export { type Mock, type StartOptions, startMock } from './mock.ts';
export { type Clock, SystemClock, VirtualClock } from './runtime/clock.ts';
export type { Journal, JournalEntry } from './runtime/journal.ts';
export { version } from './version.ts';
