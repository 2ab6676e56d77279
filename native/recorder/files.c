#define _GNU_SOURCE
#include "files.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../core/dialect.h"
#include "../recording/recording.h"

static const char broken_line[] = "// Here bytes were lost: the disk was too slow.\n";

static struct {
  int fd; /* 0 none */
  uint32_t generation;
} files[WS_STATE_CONNECTIONS];

static int64_t now_ms(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void end(uint32_t slot, bool broken) {
  int fd = files[slot].fd;
  if (fd != 0) {
    files[slot].fd = 0;
    if (!broken || write(fd, broken_line, sizeof broken_line - 1) > 0) {
      ws_recording_end(fd);
    }
    close(fd);
  }
}

bool recorder_files_open(const char *path, const struct ws_connection *connection, const struct ws_notice *notice,
                         const char *subprotocol) {
  char peer[WS_ADDRESS_TEXT_MAX];
  int64_t age_ms = now_ms(CLOCK_MONOTONIC) - atomic_load(&connection->accepted_ms);
  ws_address_text(&connection->peer, peer, sizeof peer);
  struct ws_recording_about about = {.peer = peer,
                                     .dialect = ws_dialect_name((enum ws_dialect)notice->dialect),
                                     .subprotocol = subprotocol,
                                     .started_ms = now_ms(CLOCK_REALTIME) - age_ms};
  /* Its end has not been told. */
  end(notice->slot, true);
  int fd = ws_recording_create(path, &about);
  if (fd < 0) {
    return false;
  }
  files[notice->slot].fd = fd;
  files[notice->slot].generation = notice->generation;
  return true;
}

/* 0: there is none. */
static int file_of(const struct ws_notice *notice) {
  return files[notice->slot].generation == notice->generation ? files[notice->slot].fd : 0;
}

bool recorder_files_write(const struct ws_notice *notice, const void *payload, size_t len) {
  int fd = file_of(notice);
  if (fd == 0) {
    return true;
  }
  if (ws_recording_write(fd, (enum ws_recording_direction)notice->direction, notice->ms, payload, len)) {
    return true;
  }
  int saved = errno;
  files[notice->slot].fd = 0;
  close(fd);
  errno = saved;
  return false;
}

void recorder_files_share(const struct ws_notice *notice, int socket) {
  int fd = file_of(notice);
  char byte = 0;
  struct iovec part = {&byte, 1};
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {0};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (fd == 0) {
    return;
  }
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  /* Who has asked may not wait any more. */
  (void)sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void recorder_files_leave(const struct ws_notice *notice) {
  int fd = file_of(notice);
  if (fd != 0) {
    files[notice->slot].fd = 0;
    close(fd);
  }
}

void recorder_files_close(const struct ws_notice *notice) {
  if (file_of(notice) != 0) {
    end(notice->slot, notice->broken != 0);
  }
}

void recorder_files_close_all(void) {
  for (uint32_t slot = 0; slot < WS_STATE_CONNECTIONS; slot++) {
    end(slot, false);
  }
}
