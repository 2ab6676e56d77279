/* A view of bytes that somebody else owns. Same layout as struct iovec, so an array of spans can go to sendmsg(2). */
#ifndef WS_CORE_SPAN_H
#define WS_CORE_SPAN_H

#include <stddef.h>

struct ws_span {
  const void *data;
  size_t len;
};

#endif
