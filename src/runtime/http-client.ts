/**
 * The parts of undici that are used, for `await import()`: it is loaded with the first request only. undici itself cannot be imported
 * that way, because a bundler gives a CommonJS package that is imported dynamically no named exports.
 */
export { Agent, request } from 'undici';
