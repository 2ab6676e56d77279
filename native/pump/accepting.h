/* Listening sockets. */
#ifndef WS_PUMP_ACCEPTING_H
#define WS_PUMP_ACCEPTING_H

#include "loop.h"

/* Takes a socket that listens. */
void ws_accepting_listen(struct ws_loop *loop, int fd);
/* Accepts what is there, up to a limit. */
void ws_accepting_turn(struct ws_loop *loop, struct ws_listening *listening);
/* Goes on after a rest. */
void ws_accepting_resume(struct ws_loop *loop);
/* Accepts what is there and closes the sockets. */
void ws_accepting_stop(struct ws_loop *loop);

#endif
