/* The relay as a child of the keeper's: started when there is work, and again when it has died. */
#ifndef WS_KEEPER_RELAY_PROCESS_H
#define WS_KEEPER_RELAY_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

struct keeper_relay {
  char **command;
  pid_t pid; /* 0: it does not run */
  int pidfd; /* -1: likewise */
  int64_t started_ms;
  int64_t next_start_ms; /* not before: one that dies at once is not started in a tight loop */
  int64_t pause_ms;
};

/* Starts it with the keeper's descriptors. It gets SIGTERM when the keeper dies. */
void keeper_relay_start(struct keeper_relay *relay, int64_t now_ms);
/* It has ended. */
void keeper_relay_ended(struct keeper_relay *relay, int64_t now_ms);
/* Asks it to end, and waits until it has let its connections drain; at most `patience_ms`. */
void keeper_relay_stop(struct keeper_relay *relay, int patience_ms);

#endif
