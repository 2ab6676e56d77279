/* What the other threads have asked for. */
#ifndef WS_PUMP_COMMANDS_H
#define WS_PUMP_COMMANDS_H

#include "loop.h"

void ws_commands_run(struct ws_loop *loop);

#endif
