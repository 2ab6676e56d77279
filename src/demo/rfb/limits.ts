/** Clients at one time. Each costs a zlib stream and a few hundred kilobytes. */
export const CLIENTS_MAX = 32;

/** Milliseconds for version, security and ClientInit together. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Encodings in one SetEncodings. Real clients send about thirty. */
export const ENCODINGS_MAX = 256;

/** Bytes of a clipboard. It is read and thrown away. */
export const CUT_TEXT_MAX = 1_048_576;
