#define _GNU_SOURCE
#include "addon/hand-overs.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "state/hand-over.h"
#include "state/state.h"

/* Senders that have connected, but whose message has not come. The library sends at once; who does not is a stranger. */
#define SENDERS 16
#define PAUSE_MS 100

struct addon_inbox {
  struct ws_state *state;
  int stop;
  struct pollfd watched[2 + SENDERS]; /* stop, socket, senders */
  nfds_t count;
};

_Static_assert(sizeof(struct ws_decoder) + sizeof(struct ws_encoder) <= sizeof((struct addon_hand_over *)0)->state,
               "room for a decoder and an encoder");
_Static_assert(ADDON_TOKEN_BYTES == WS_RELAY_TOKEN_BYTES, "room for a token");

struct addon_inbox *addon_inbox_open(int socket, int state) {
  struct addon_inbox *inbox = calloc(1, sizeof *inbox);
  if (inbox == NULL) {
    return NULL;
  }
  inbox->state = ws_state_map(state);
  inbox->stop = eventfd(0, EFD_CLOEXEC);
  if (inbox->state == NULL || inbox->stop < 0) {
    addon_inbox_close(inbox);
    return NULL;
  }
  inbox->watched[0] = (struct pollfd){.fd = inbox->stop, .events = POLLIN};
  inbox->watched[1] = (struct pollfd){.fd = socket, .events = POLLIN};
  inbox->count = 2;
  return inbox;
}

void addon_inbox_close(struct addon_inbox *inbox) {
  int saved = errno;
  for (nfds_t i = 2; i < inbox->count; i++) {
    close(inbox->watched[i].fd);
  }
  if (inbox->stop >= 0) {
    close(inbox->stop);
  }
  if (inbox->state != NULL) {
    ws_state_unmap(inbox->state);
  }
  free(inbox);
  errno = saved;
}

void addon_inbox_stop(struct addon_inbox *inbox) {
  uint64_t one = 1;
  (void)!write(inbox->stop, &one, sizeof one);
}

static void forget_sender(struct addon_inbox *inbox, nfds_t index) {
  close(inbox->watched[index].fd);
  inbox->count--;
  memmove(&inbox->watched[index], &inbox->watched[index + 1], (inbox->count - index) * sizeof *inbox->watched);
}

static void welcome_sender(struct addon_inbox *inbox) {
  int sender = accept4(inbox->watched[1].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (sender < 0) {
    if (errno == EMFILE || errno == ENFILE) {
      /* It stays in the queue until a descriptor is free. */
      poll(NULL, 0, PAUSE_MS);
    }
    return;
  }
  if (inbox->count == 2 + SENDERS) {
    forget_sender(inbox, 2);
  }
  inbox->watched[inbox->count++] = (struct pollfd){.fd = sender, .events = POLLIN};
}

struct message {
  struct ws_hand_over body;
  ssize_t len;
  int descriptors[WS_HAND_OVER_DESCRIPTORS];
  size_t count;
};

static void receive(int sender, struct message *message) {
  _Alignas(struct cmsghdr) char control[CMSG_SPACE(WS_HAND_OVER_DESCRIPTORS * sizeof(int))];
  struct iovec iov = {&message->body, sizeof message->body};
  struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  message->count = 0;
  message->len = recvmsg(sender, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  struct cmsghdr *part = message->len >= 0 ? CMSG_FIRSTHDR(&header) : NULL;
  if (part != NULL && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_RIGHTS) {
    message->count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(message->descriptors, CMSG_DATA(part), message->count * sizeof(int));
  }
}

static bool is_whole(const struct addon_inbox *inbox, const struct message *message) {
  bool midstream = message->body.kind == WS_HAND_OVER_MIDSTREAM;
  bool complete = midstream ? message->count == 2 || message->count == 3 : message->count == 1;
  return message->len == (ssize_t)sizeof message->body && complete &&
         memcmp(message->body.secret, inbox->state->relay.secret, WS_RELAY_TOKEN_BYTES) == 0;
}

static void tell_address(const union ws_address *address, struct addon_address *out) {
  ws_address_host(address, out->host, sizeof out->host);
  out->port = ws_address_port(address);
  out->scope = ws_address_scope(address);
}

static bool read_address(const struct addon_address *from, union ws_address *address) {
  bool known = ws_address_parse(from->host, from->port, address);
  ws_address_set_scope(address, from->scope);
  return known;
}

static void tell(const struct message *message, struct addon_hand_over *out) {
  const struct ws_hand_over *body = &message->body;
  bool midstream = body->kind == WS_HAND_OVER_MIDSTREAM;
  memset(out, 0, sizeof *out);
  out->client = message->descriptors[0];
  out->program = midstream ? message->descriptors[1] : -1;
  out->file = message->count > 2 ? message->descriptors[2] : -1;
  tell_address(&body->peer, &out->peer);
  tell_address(&body->local, &out->local);
  out->loopback = body->loopback;
  if (midstream) {
    out->bytes_in = body->bytes_in;
    out->bytes_out = body->bytes_out;
    out->accepted_ms = body->accepted_ms;
    memcpy(out->state, &body->decoder, sizeof body->decoder);
    memcpy(out->state + sizeof body->decoder, &body->encoder, sizeof body->encoder);
    out->state_len = sizeof body->decoder + sizeof body->encoder;
  }
}

/* One message of a sender's; true when it is one of ours. */
static bool hear(struct addon_inbox *inbox, nfds_t index, struct addon_hand_over *out) {
  struct message message;
  receive(inbox->watched[index].fd, &message);
  bool whole = is_whole(inbox, &message);
  if (whole) {
    tell(&message, out);
  }
  for (size_t i = 0; !whole && i < message.count; i++) {
    close(message.descriptors[i]);
  }
  forget_sender(inbox, index);
  return whole;
}

bool addon_inbox_next(struct addon_inbox *inbox, struct addon_hand_over *out) {
  for (;;) {
    for (nfds_t i = inbox->count; i-- > 2;) {
      if (inbox->watched[i].revents != 0 && hear(inbox, i, out)) {
        return true;
      }
    }
    if (poll(inbox->watched, inbox->count, -1) < 0 && errno != EINTR) {
      return false;
    }
    if (inbox->watched[0].revents != 0) {
      return false;
    }
    if (inbox->watched[1].revents != 0) {
      welcome_sender(inbox);
    }
  }
}

/* The port is the relay's alone while the socket lives, whatever the address that the kernel picks for the connection. */
static int bind_somewhere(sa_family_t family, uint16_t *port) {
  union ws_address any;
  socklen_t len = sizeof any;
  memset(&any, 0, sizeof any);
  any.any.sa_family = family;
  int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd >= 0 && (bind(fd, &any.any, ws_address_len(&any)) != 0 || getsockname(fd, &any.any, &len) != 0)) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  *port = ws_address_port(&any);
  return fd;
}

static int connect_with_token(struct ws_relay *relay, const union ws_address *program, const union ws_address *client,
                              uint8_t token[ADDON_TOKEN_BYTES], size_t *token_len) {
  uint16_t port;
  int fd = bind_somewhere(program->any.sa_family, &port);
  if (fd < 0) {
    return -1;
  }
  if (!ws_relay_expect(relay, port, client, token) ||
      (connect(fd, &program->any, ws_address_len(program)) != 0 && errno != EINPROGRESS)) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
  }
  /* On the same machine it is connected by now, as a rule. */
  bool sent = send(fd, token, ADDON_TOKEN_BYTES, MSG_NOSIGNAL) == ADDON_TOKEN_BYTES;
  *token_len = sent ? 0 : ADDON_TOKEN_BYTES;
  return fd;
}

int addon_relayed_connect(int state, const struct addon_address *program, const struct addon_address *client,
                          uint8_t token[ADDON_TOKEN_BYTES], size_t *token_len) {
  union ws_address to;
  union ws_address from;
  if (!read_address(program, &to) || !read_address(client, &from)) {
    errno = EINVAL;
    return -1;
  }
  struct ws_state *shared = ws_state_map(state);
  if (shared == NULL) {
    return -1;
  }
  int fd = connect_with_token(&shared->relay, &to, &from, token, token_len);
  int saved = errno;
  ws_state_unmap(shared);
  errno = saved;
  return fd;
}

int addon_relay_listen(int state) {
  struct ws_state *shared = ws_state_map(state);
  if (shared == NULL) {
    return -1;
  }
  int fd = ws_relay_listen(&shared->relay);
  int saved = errno;
  ws_state_unmap(shared);
  errno = saved;
  return fd;
}
