export type RfbErrorCode =
  | 'ended' /* the client went away */
  | 'timeout'
  | 'version'
  | 'security'
  | 'message' /* a message of a kind we do not know */
  | 'pixel-format'
  | 'limit'; /* something is larger than we take */

/** Why a client's connection is ended. */
export class RfbError extends Error {
  override readonly name = 'RfbError';
  readonly code: RfbErrorCode;

  constructor(code: RfbErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
