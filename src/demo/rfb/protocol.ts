/* Numbers of the RFB protocol, version 3.8 (RFC 6143). */

export const Security = { invalid: 0, none: 1 } as const;

export const ClientMessage = {
  setPixelFormat: 0,
  setEncodings: 2,
  framebufferUpdateRequest: 3,
  keyEvent: 4,
  pointerEvent: 5,
  clientCutText: 6,
} as const;

export const ServerMessage = { framebufferUpdate: 0 } as const;

export const EncodingNumber = { raw: 0, hextile: 5, zrle: 16 } as const;
