/** What went wrong, for programs; stable. */
export type ErrorCode =
  | 'bad-option'
  | 'cannot-wrap'
  | 'installation'
  | 'not-executable'
  | 'not-found'
  | 'system';

const exitCodes: Record<ErrorCode, number> = {
  'bad-option': 2,
  'cannot-wrap': 3,
  installation: 3,
  'not-executable': 126,
  'not-found': 127,
  system: 1,
};

/** An error whose message is for the user: it names the option and the value, and says what to do. */
export class WswrapError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'WswrapError';
    this.code = code;
  }

  get exitCode(): number {
    return exitCodes[this.code];
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** An error whose code can be passed on; one that nobody has foreseen is the system's. */
export function asWswrapError(error: unknown): WswrapError {
  return error instanceof WswrapError ? error : new WswrapError('system', messageOf(error), error);
}
