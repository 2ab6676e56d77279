/* Every limit of the project, once. TypeScript gets these numbers through the addon. */
#ifndef WS_CORE_LIMITS_H
#define WS_CORE_LIMITS_H

/* A request head: bytes up to and including the blank line, and number of fields. More is answered with 431. Browsers
 * send well under 1 KiB; cookies of a shared host may add several KiB. */
#define WS_HEAD_BYTES_MAX 16384
#define WS_HEAD_FIELDS_MAX 100

/* The eight bytes that follow the head of a hixie-76 request. */
#define WS_KEY3_BYTES 8

/* RFC 6455 section 5.5: payload of a control frame. */
#define WS_CONTROL_PAYLOAD_MAX 125
/* Header (2) and payload of a control frame as a server sends it. */
#define WS_CONTROL_FRAME_MAX (2 + WS_CONTROL_PAYLOAD_MAX)

/* Longest payload put into one frame going out. A frame that the kernel took in part only is not delivered by the
 * receiver until the program writes on, so frames must not be arbitrarily long; 64 KiB costs nothing in throughput. */
#define WS_FRAME_OUT_MAX 65536

/* Longest subprotocol name and number of names that are looked at in an offer. */
#define WS_SUBPROTOCOL_MAX 128

/* Networks of proxies that can be trusted. */
#define WS_TRUSTED_MAX 64

/* Milliseconds a client has to complete its handshake. */
#define WS_HANDSHAKE_TIMEOUT_MS 10000

/* Milliseconds a target has until it is connected. */
#define WS_CONNECT_TIMEOUT_MS 10000

/* A program that has other things to do must not be kept by bad requests that come one after another: after so many it hears
 * that there is none, and is woken again at once. Each takes some 25 us, so that this is about 1 ms. */
#define WS_REFUSALS_AT_A_TIME 32

/* What the pump keeps in user space for each direction while a side is slow; what the kernel holds comes on top. */
#define WS_PUMP_BUFFER_BYTES 65536

/* Milliseconds that the orderly end of a pumped connection may take while nobody takes anything. */
#define WS_ENDING_PATIENCE_MS 5000

/* TLS handshakes at the same time: nobody is known yet whom their cost could be counted against. */
#define WS_TLS_HANDSHAKES_MAX 1024

/* How long a client to whom the pump has said its last word may take to close, and how many such clients there may be. */
#define WS_LINGER_MS 2000
#define WS_LINGERING_MAX 1024

#endif
