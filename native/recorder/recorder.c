/* The recorder of a wrapped tree (state/notice.h says why it is a process). It is there as long as one of the tree's is: then
 * the socket that they share ends.
 *
 * wswrap-recorder text|json FILE
 * with the socket as descriptor 3, the shared state as 4, the log as 5, the counter of recordings as 6. */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../recording/counter.h"
#include "files.h"

enum { NOTICES = 3, STATE, LOG, COUNTER };

struct message {
  struct ws_notice notice;
  uint8_t bytes[WS_NOTICE_BYTES_MAX + 1];
  int descriptor; /* that came along; -1 none */
};

struct recorder {
  const char *file;
  bool json;
  struct ws_state *state;
};

static void complain(const struct recorder *recorder) {
  const char *error = strerror(errno);
  dprintf(LOG,
          recorder->json ? "{\"event\":\"warning\",\"reason\":\"a recording cannot be written: %s\"}\n"
                         : "wswrap: warning reason=\"a recording cannot be written: %s\"\n",
          error);
}

/* Recordings of an earlier run are left as they are. */
static bool open_next(const struct recorder *recorder, const struct message *message) {
  char path[PATH_MAX];
  const struct ws_connection *connection = &recorder->state->connections[message->notice.slot];
  bool opened = false;
  uint64_t number;
  do {
    number = ws_recording_counter_next(COUNTER);
    snprintf(path, sizeof path, "%s.%" PRIu64, recorder->file, number);
    opened = number != 0 && recorder_files_open(path, connection, &message->notice, (const char *)message->bytes);
  } while (number != 0 && !opened && errno == EEXIST);
  return opened;
}

static void act_on(const struct recorder *recorder, struct message *message, size_t len) {
  bool taken = true;
  message->bytes[len] = '\0';
  switch (message->notice.kind) {
    case WS_NOTICE_OPENED:
      taken = open_next(recorder, message);
      break;
    case WS_NOTICE_BYTES:
      taken = recorder_files_write(&message->notice, message->bytes, len);
      break;
    case WS_NOTICE_CLOSED:
      recorder_files_close(&message->notice);
      break;
    case WS_NOTICE_ASKED_FOR:
      recorder_files_share(&message->notice, message->descriptor);
      break;
    case WS_NOTICE_HANDED_OVER:
      recorder_files_leave(&message->notice);
      break;
    default:
      break;
  }
  if (!taken) {
    complain(recorder);
  }
}

static ssize_t receive(struct message *message) {
  struct iovec parts[] = {{&message->notice, sizeof message->notice}, {message->bytes, WS_NOTICE_BYTES_MAX}};
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t len = recvmsg(NOTICES, &header, MSG_CMSG_CLOEXEC);
  const struct cmsghdr *rights = len >= 0 ? CMSG_FIRSTHDR(&header) : NULL;
  message->descriptor = -1;
  if (rights != NULL && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
    memcpy(&message->descriptor, CMSG_DATA(rights), sizeof message->descriptor);
  }
  return len;
}

/* A message of no bytes looks like the end, too. */
static bool tree_is_gone(void) {
  struct pollfd notices = {.fd = NOTICES, .events = POLLIN};
  return poll(&notices, 1, 0) == 1 && (notices.revents & POLLHUP);
}

/* Until the tree is gone. */
static void record(const struct recorder *recorder) {
  static struct message message;
  ssize_t len;
  while ((len = receive(&message)) != 0 || !tree_is_gone()) {
    if (len >= (ssize_t)sizeof message.notice && message.notice.slot < WS_STATE_CONNECTIONS) {
      act_on(recorder, &message, (size_t)len - sizeof message.notice);
    }
    if (message.descriptor >= 0) {
      close(message.descriptor);
    }
  }
  recorder_files_close_all();
}

static void prepare(void) {
  struct rlimit limit;
  /* Whatever else was inherited, the tree's end of the socket among it. */
  close_range(COUNTER + 1, ~0U, 0);
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

int main(int count, char **arguments) {
  if (count != 3) {
    return 2;
  }
  prepare();
  struct recorder recorder = {
      .file = arguments[2], .json = strcmp(arguments[1], "json") == 0, .state = ws_state_map(STATE)};
  if (recorder.state == NULL) {
    return 1;
  }
  record(&recorder);
  return 0;
}
