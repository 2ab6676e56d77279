/* The text of a recording: a JavaScript file that noVNC's playback page loads (docs/recording.md). Sans I/O.
 *
 * A record is one direction's payload at one moment, and one line. Payload is written with one character for each byte, other
 * than printable ASCII as an escape, so nothing in it can end the string or the line. */
#ifndef WS_RECORDING_FORMAT_H
#define WS_RECORDING_FORMAT_H

#include <stddef.h>
#include <stdint.h>

enum ws_recording_direction { WS_RECORDING_TO_CLIENT, WS_RECORDING_FROM_CLIENT };

/* What is known of a connection when its recording begins. Strings may be "" when there is nothing to say. */
struct ws_recording_about {
  const char *peer; /* address and port of the client */
  const char *dialect;
  const char *subprotocol;
  int64_t started_ms; /* when the connection was accepted, CLOCK_REALTIME */
};

/* Payload of one line; more makes several. Bounds a line to what fits on a stack. */
#define WS_RECORDING_PAYLOAD_MAX 4096
/* Quote, direction, 20 digits, direction, four characters for each byte, quote, comma, newline. */
#define WS_RECORDING_LINE_MAX (4 * WS_RECORDING_PAYLOAD_MAX + 32)
#define WS_RECORDING_HEAD_MAX 512

/* Each writes without a terminator and returns the number of characters. */

/* The lines before the first record. What does not fit is cut; what is not printable becomes '?'. */
size_t ws_recording_head(const struct ws_recording_about *about, char text[WS_RECORDING_HEAD_MAX]);
/* Payload as it stands in a record: four characters for a byte at most, and text has room for that. */
size_t ws_recording_escape(const uint8_t *payload, size_t len, char *text);
/* A record with a line of its own; len is 1 to WS_RECORDING_PAYLOAD_MAX. ms since the connection was accepted. */
size_t ws_recording_line(enum ws_recording_direction direction, int64_t ms, const uint8_t *payload, size_t len,
                         char text[WS_RECORDING_LINE_MAX]);

/* The line after the last record. A recording that was cut off does without. */
#define WS_RECORDING_END "'EOF'];\n"

#endif
