/** What one side said at one moment. */
export interface Entry {
  readonly direction: Direction;
  /** Since the connection was accepted. */
  readonly ms: number;
  readonly payload: Buffer;
}

export type Direction = 'to-client' | 'from-client';

/** How payload stands in the file: JavaScript's escapes, or base64 as in 2010. */
export type Encoding = 'binary' | 'base64';
