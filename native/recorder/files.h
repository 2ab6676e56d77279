/* The recordings of a wrapped tree, one for each connection in the shared state. */
#ifndef WS_RECORDER_FILES_H
#define WS_RECORDER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../state/notice.h"
#include "../state/state.h"

/* False with errno when a file does not take it. There is no recording then, until another connection opens. */
bool recorder_files_open(const char *path, const struct ws_connection *connection, const struct ws_notice *notice,
                         const char *subprotocol);
bool recorder_files_write(const struct ws_notice *notice, const void *payload, size_t len);

/* Sends the file's descriptor over that socket, if there is a recording. */
void recorder_files_share(const struct ws_notice *notice, int socket);
/* Somebody else goes on with the file. */
void recorder_files_leave(const struct ws_notice *notice);

/* Ends the connection's recording, if there is one. */
void recorder_files_close(const struct ws_notice *notice);
void recorder_files_close_all(void);

#endif
