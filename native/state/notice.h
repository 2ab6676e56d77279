/* What the library tells the recorder, over a SOCK_SEQPACKET socket that all processes of the tree share: one message each, so
 * that those of several processes do not mix.
 *
 * The recorder is a process of ours beside the wrapped ones. A wrapped program may have other rights than the files need,
 * another root, a limit on the size of files, none of its few descriptors to spare, or be in a sandbox. */
#ifndef WS_STATE_NOTICE_H
#define WS_STATE_NOTICE_H

#include <stdint.h>

enum ws_notice_kind {
  WS_NOTICE_OPENED, /* followed by the subprotocol */
  WS_NOTICE_BYTES,  /* followed by payload */
  WS_NOTICE_CLOSED,
  WS_NOTICE_ASKED_FOR, /* one end of a socket pair comes along (SCM_RIGHTS): the file's descriptor is sent to the other */
  WS_NOTICE_HANDED_OVER /* somebody else goes on with the file, and ends it */
};

struct ws_notice {
  uint8_t kind;      /* enum ws_notice_kind */
  uint8_t direction; /* of bytes: enum ws_recording_direction */
  uint8_t dialect;   /* of a connection that opened: enum ws_dialect */
  uint8_t broken;    /* of a connection that closed: 1 when bytes of it could not be told */
  uint32_t slot;
  uint32_t generation; /* of the slot: what belongs to another connection than the recorder knows of is dropped */
  int64_t ms;          /* of bytes: since the connection was accepted */
};

/* Bytes behind a notice. */
#define WS_NOTICE_BYTES_MAX 32768

#endif
