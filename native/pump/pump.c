#define _GNU_SOURCE
#include "pump.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "shared.h"
#include "tls/identity.h"
#include "tls/trust.h"

static void close_if_open(int fd) {
  if (fd >= 0) {
    close(fd);
  }
}

void ws_command_free(struct ws_command *command) {
  close_if_open(command->fd);
  close_if_open(command->target_fd);
  close_if_open(command->record_fd);
  ws_unsent_free(&command->preface);
  free(command->target);
  ws_tls_identity_free(command->identity);
  ws_tls_trust_free(command->trust);
  free(command->host);
  free(command->decoder);
  free(command->encoder);
  free(command);
}

static void *copy(const void *from, size_t len) {
  void *to = malloc(len);
  if (to != NULL) {
    memcpy(to, from, len);
  }
  return to;
}

/* Takes the descriptor and those of *extra. */
static struct ws_command *command_of(enum ws_command_kind kind, uint64_t id, int fd,
                                     const struct ws_pump_extra *extra) {
  int record_fd = extra != NULL ? extra->record_fd : -1;
  struct ws_command *command = calloc(1, sizeof *command);
  if (command == NULL) {
    close_if_open(fd);
    close_if_open(record_fd);
    return NULL;
  }
  command->kind = kind;
  command->id = id;
  command->fd = fd;
  command->target_fd = -1;
  command->record_fd = record_fd;
  bool has_preface = extra != NULL && extra->preface_len > 0;
  if (has_preface && !ws_unsent_add(&command->preface, extra->preface, extra->preface_len)) {
    ws_command_free(command);
    return NULL;
  }
  return command;
}

static bool send_command(struct ws_pump *pump, struct ws_command *command) {
  if (command == NULL) {
    return false;
  }
  pthread_mutex_lock(&pump->lock);
  bool finished = pump->finished;
  bool first = pump->first == NULL;
  if (!finished) {
    *pump->last = command;
    pump->last = &command->next;
  }
  pthread_mutex_unlock(&pump->lock);
  if (finished) {
    ws_command_free(command);
  } else if (first) {
    eventfd_write(pump->wake, 1);
  }
  return true;
}

struct ws_command *ws_pump_take_commands(struct ws_pump *pump) {
  eventfd_t count;
  eventfd_read(pump->wake, &count);
  pthread_mutex_lock(&pump->lock);
  struct ws_command *commands = pump->first;
  pump->first = NULL;
  pump->last = &pump->first;
  pthread_mutex_unlock(&pump->lock);
  return commands;
}

bool ws_pump_listen(struct ws_pump *pump, int fd) {
  return send_command(pump, command_of(WS_COMMAND_LISTEN, 0, fd, NULL));
}

bool ws_pump_adopt(struct ws_pump *pump, int fd, const struct ws_pump_origins *from) {
  struct ws_command *command = command_of(WS_COMMAND_ADOPT, 0, fd, NULL);
  if (command != NULL) {
    command->from = *from;
  }
  return send_command(pump, command);
}

bool ws_pump_connect(struct ws_pump *pump, uint64_t id, const struct ws_pump_target *target,
                     const struct ws_pump_extra *extra) {
  struct ws_command *command = command_of(WS_COMMAND_CONNECT, id, -1, extra);
  if (command != NULL) {
    command->target = copy(target, sizeof *target);
    if (command->target == NULL) {
      ws_command_free(command);
      return false;
    }
  }
  return send_command(pump, command);
}

bool ws_pump_join(struct ws_pump *pump, uint64_t id, int fd, const struct ws_pump_extra *extra) {
  return send_command(pump, command_of(WS_COMMAND_JOIN, id, fd, extra));
}

bool ws_pump_refuse(struct ws_pump *pump, uint64_t id, enum ws_refusal refusal) {
  struct ws_command *command = command_of(WS_COMMAND_REFUSE, id, -1, NULL);
  if (command != NULL) {
    command->refusal = refusal;
  }
  return send_command(pump, command);
}

bool ws_pump_resume(struct ws_pump *pump, int client, int target, const struct ws_decoder *decoder,
                    const struct ws_encoder *encoder, const struct ws_pump_origins *from,
                    const struct ws_pump_extra *extra, uint64_t *id) {
  *id = atomic_fetch_add(&pump->next_id, 1);
  struct ws_command *command = command_of(WS_COMMAND_RESUME, *id, client, extra);
  if (command == NULL) {
    close_if_open(target);
    return false;
  }
  command->target_fd = target;
  command->from = *from;
  if (!ws_decoder_is_sound(decoder) || !ws_encoder_is_sound(encoder)) {
    ws_command_free(command);
    errno = EINVAL;
    return false;
  }
  command->decoder = copy(decoder, sizeof *decoder);
  command->encoder = copy(encoder, sizeof *encoder);
  if (command->decoder == NULL || command->encoder == NULL) {
    ws_command_free(command);
    return false;
  }
  return send_command(pump, command);
}

bool ws_pump_identify(struct ws_pump *pump, struct ws_tls_identity *identity) {
  struct ws_command *command = command_of(WS_COMMAND_IDENTIFY, 0, -1, NULL);
  if (command == NULL) {
    ws_tls_identity_free(identity);
    return false;
  }
  command->identity = identity;
  return send_command(pump, command);
}

bool ws_pump_secure_targets(struct ws_pump *pump, struct ws_tls_trust *trust, const char *host) {
  struct ws_command *command = command_of(WS_COMMAND_SECURE_TARGETS, 0, -1, NULL);
  if (command == NULL) {
    ws_tls_trust_free(trust);
    return false;
  }
  command->trust = trust;
  command->host = strdup(host);
  if (command->host == NULL) {
    ws_command_free(command);
    return false;
  }
  return send_command(pump, command);
}

bool ws_pump_stop_listening(struct ws_pump *pump) {
  return send_command(pump, command_of(WS_COMMAND_STOP_LISTENING, 0, -1, NULL));
}

bool ws_pump_close_all(struct ws_pump *pump, uint16_t code) {
  struct ws_command *command = command_of(WS_COMMAND_CLOSE_ALL, 0, -1, NULL);
  if (command != NULL) {
    command->code = code;
  }
  return send_command(pump, command);
}

bool ws_pump_stop(struct ws_pump *pump) {
  return send_command(pump, command_of(WS_COMMAND_STOP, 0, -1, NULL));
}

struct ws_pump_counters ws_pump_counters_now(struct ws_pump *pump) {
  return (struct ws_pump_counters){
      .open = atomic_load(&pump->open),
      .opening = atomic_load(&pump->opening),
      .bytes_in = atomic_load(&pump->bytes_in),
      .bytes_out = atomic_load(&pump->bytes_out),
  };
}

static bool make_room(struct ws_events *events, size_t more) {
  size_t room = events->room > 0 ? events->room : 16;
  while (room < events->count + more) {
    room *= 2;
  }
  if (room != events->room) {
    struct ws_pump_event *list = realloc(events->list, room * sizeof *list);
    if (list == NULL) {
      return false;
    }
    events->list = list;
    events->room = room;
  }
  return true;
}

struct ws_pump_event *ws_events_add(struct ws_events *events) {
  if (!make_room(events, 1)) {
    return NULL;
  }
  struct ws_pump_event *event = &events->list[events->count++];
  memset(event, 0, sizeof *event);
  event->fd = -1;
  return event;
}

static void drop_events(struct ws_events *events) {
  for (size_t i = 0; i < events->count; i++) {
    close_if_open(events->list[i].fd);
  }
  ws_pump_free_events(events->list, events->count);
  *events = (struct ws_events){NULL, 0, 0};
}

void ws_pump_publish(struct ws_pump *pump, struct ws_events *events, bool finished) {
  pthread_mutex_lock(&pump->lock);
  bool quiet = pump->events.count == 0;
  if (quiet) {
    struct ws_events empty = pump->events;
    pump->events = *events;
    *events = empty;
  } else if (events->count > 0 && make_room(&pump->events, events->count)) {
    memcpy(pump->events.list + pump->events.count, events->list, events->count * sizeof *events->list);
    pump->events.count += events->count;
    events->count = 0;
  }
  pump->finished = finished;
  pthread_mutex_unlock(&pump->lock);
  if (quiet || finished) {
    pump->notify(pump->argument);
  }
}

size_t ws_pump_take_events(struct ws_pump *pump, struct ws_pump_event **events, bool *finished) {
  pthread_mutex_lock(&pump->lock);
  struct ws_events taken = pump->events;
  pump->events = (struct ws_events){NULL, 0, 0};
  *finished = pump->finished;
  pthread_mutex_unlock(&pump->lock);
  *events = taken.list;
  return taken.count;
}

void ws_pump_free_events(struct ws_pump_event *events, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(events[i].text);
  }
  free(events);
}

static void destroy(struct ws_pump *pump) {
  struct ws_command *next;
  for (struct ws_command *command = pump->first; command != NULL; command = next) {
    next = command->next;
    ws_command_free(command);
  }
  drop_events(&pump->events);
  close_if_open(pump->wake);
  pthread_mutex_destroy(&pump->lock);
  for (size_t i = 0; i < sizeof pump->strings / sizeof *pump->strings; i++) {
    free(pump->strings[i]);
  }
  free(pump);
}

/* False when there is no memory. */
static bool keep_options(struct ws_pump *pump, const struct ws_pump_options *options) {
  struct ws_pump_options *kept = &pump->options;
  *kept = *options;
  const char **strings[] = {&kept->subprotocols, &kept->allow_origins, &kept->allow_hosts, &kept->trust_proxy};
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
    pump->strings[i] = strdup(*strings[i] != NULL ? *strings[i] : "");
    *strings[i] = pump->strings[i];
    if (pump->strings[i] == NULL) {
      return false;
    }
  }
  pump->policy = (struct ws_policy){.subprotocols = kept->subprotocols,
                                    .allow_origins = kept->allow_origins,
                                    .allow_hosts = kept->allow_hosts,
                                    .dialects = kept->dialects};
  ws_trust_read(&pump->trust, kept->trust_proxy);
  return true;
}

/* Signals are for the other threads. */
static int start_thread(struct ws_pump *pump) {
  struct ws_loop *loop = ws_loop_create(pump);
  if (loop == NULL) {
    return errno;
  }
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&pump->thread, NULL, ws_loop_run, loop);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (error != 0) {
    ws_loop_free(loop);
  }
  return error;
}

struct ws_pump *ws_pump_create(const struct ws_pump_options *options, void (*notify)(void *), void *argument) {
  struct ws_pump *pump = calloc(1, sizeof *pump);
  if (pump == NULL) {
    return NULL;
  }
  pthread_mutex_init(&pump->lock, NULL);
  pump->last = &pump->first;
  pump->notify = notify;
  pump->argument = argument;
  pump->next_id = 1;
  pump->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int error = pump->wake < 0 ? errno : 0;
  if (error == 0) {
    error = keep_options(pump, options) ? start_thread(pump) : ENOMEM;
  }
  if (error != 0) {
    destroy(pump);
    errno = error;
    return NULL;
  }
  return pump;
}

void ws_pump_join_thread(struct ws_pump *pump) {
  ws_pump_stop(pump);
  pthread_join(pump->thread, NULL);
  destroy(pump);
}

const char *ws_pump_cause_token(enum ws_pump_cause cause) {
  static const char *const tokens[] = {
#define X(name, token) token,
      WS_PUMP_CAUSES(X)
#undef X
  };
  return tokens[cause];
}
