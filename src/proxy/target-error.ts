import type { RefusalToken } from '../native/tables.js';

/** Why the target could not be reached: what the client is told, and in words for the log. */
export class TargetError extends Error {
  readonly reason: RefusalToken;

  constructor(reason: RefusalToken, message: string) {
    super(message);
    this.name = 'TargetError';
    this.reason = reason;
  }
}
