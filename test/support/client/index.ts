export { Client, type ClientEvent, type ClientOptions, Refused } from './client.js';
export { Connection } from './connection.js';
export { type Dialect, dialectName, type Encoding } from './dialect.js';
export { type EchoOptions, echo } from './echo.js';
export { closePayload, HIXIE_CLOSE, makeFrame, makeHixieFrame, OPCODE } from './frame.js';
export { makeOpening } from './opening.js';
export { readResponse, readToEnd } from './response.js';
