/* Memory shared by all processes of a wrapped tree: the connections, found by what the kernel calls them (SO_COOKIE), and
 * the listeners that the tree has opened. Lives in a memfd that the launcher creates and every process inherits.
 *
 * A connection's slot is owned by the processes that hold a descriptor of it (its holders); the last one frees it. */
#ifndef WS_STATE_STATE_H
#define WS_STATE_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../core/decoder.h"
#include "../core/encoder.h"
#include "../net/address.h"
#include "lock.h"
#include "relay.h"

#define WS_STATE_CONNECTIONS 32768  /* at the same time; more are refused with 503 */
#define WS_STATE_LISTENERS 256      /* remembered for the launcher's report */
#define WS_STATE_HOLDERS 16         /* of one connection, in its slot; and in each further block */
#define WS_STATE_HOLDER_BLOCKS 4096 /* of all connections; who has no place any more is `unlisted` */
/* In an entry of the list of holders, above any process id: the process has let go of the connection, but is still at work on
 * the slot. It is no holder any more to those who ask for whom the Close is, and one to those who would free the slot of nobody's
 * connection. */
#define WS_HOLDER_LEAVING 0x80000000u
/* Likewise: entered by its parent, because it has not done that itself yet. */
#define WS_HOLDER_NEWBORN 0x40000000u
#define WS_STATE_FORKS 256 /* the latest ones are remembered */
#define WS_STATE_KEPT 256  /* connections with output written before their handshake was complete */
#define WS_STATE_KEPT_BYTES 4096
#define WS_NO_SLOT UINT32_MAX

enum ws_phase {
  WS_PHASE_FREE,
  WS_PHASE_HANDSHAKE, /* the request is not complete yet */
  WS_PHASE_OPEN,
  WS_PHASE_ENDED /* nothing more comes from the peer: its Close, an error of its, a refused or late handshake */
};

/* A control frame that waits for the write lock; whoever has that lock sends it. */
struct ws_reply {
  struct ws_lock lock;
  uint8_t kind; /* enum ws_reply_kind */
  uint8_t len;  /* of the payload, which is in ws_state.reply_payloads */
  uint16_t code;
};
enum ws_reply_kind { WS_REPLY_NONE, WS_REPLY_PONG, WS_REPLY_CLOSE };

/* Where a connection stood when it was looked at last. */
struct ws_progress {
  _Atomic bool behind;      /* something was sent that it had not taken */
  _Atomic uint32_t taken;   /* bytes, in the kernel's count */
  _Atomic uint32_t sent;    /* likewise, with those that are on their way */
  _Atomic uint32_t unnoted; /* bytes of the client's that were read, but not noted */
};

/* A piece of a connection's list of holders (holder-list.h). */
struct ws_holder_block {
  _Atomic uint32_t entries[WS_STATE_HOLDERS]; /* process ids, some with a flag; 0 none */
  _Atomic uint32_t next;                      /* block + 1 */
  _Atomic bool used;                          /* not of the one in a slot */
};

struct ws_connection {
  /* Found by: cookie. The generation changes when the slot is freed, so that a stale cache entry is noticed. */
  uint64_t cookie;
  _Atomic uint32_t generation;
  uint32_t next;         /* slot, in the bucket or in the list of free ones */
  _Atomic uint8_t phase; /* enum ws_phase */
  _Atomic bool nonblocking;
  _Atomic bool write_closed; /* our Close is due or sent */
  _Atomic bool reset;        /* ended by an error: the program's next read fails once with ECONNRESET */
  _Atomic bool grace;        /* the peer has closed: one more write is taken and dropped, as TCP does until the RST */
  _Atomic bool unlisted;     /* has, or had, holders for whom there was no place in the list */
  _Atomic int kept_errno;    /* of the socket, taken from the kernel by a look; for the program's next call */
  _Atomic bool reply_due;
  _Atomic bool finished;   /* the last holder has ended it */
  _Atomic bool orphaned;   /* to be freed by the thread that is still inside a call */
  _Atomic bool unrecorded; /* the recording has broken off */
  _Atomic bool exact;      /* some process of the tree may take a short read for the last one (ws_reading_be_exact) */
  _Atomic bool given_up;   /* the client has not answered a Ping in time */
  bool half_closed;        /* guarded by write_lock: our direction is shut in the kernel */

  bool opened;                /* the handshake was completed */
  bool proxied;               /* peer is what a trusted proxy said */
  bool refused;               /* the handshake was refused, and that is logged */
  _Atomic bool handed_over;   /* to the relay, in midstream, and not freed yet */
  uint8_t error;              /* enum ws_error, for the log */
  uint16_t close_code;        /* that ended the connection, for the log; 0 none yet */
  uint16_t port;              /* of the listener */
  bool loopback;              /* came in through a listener on a loopback address */
  _Atomic uint32_t peeked;    /* raw bytes, still in the kernel, that were too few when they were looked at (lowat.h) */
  _Atomic uint32_t lowat;     /* the program's SO_RCVLOWAT; 0 never set */
  uint32_t kept;              /* index + 1 of the buffer of kept output, 0 none */
  volatile uint32_t kept_len; /* a signal handler may add to it */

  _Atomic uint32_t copies;        /* ever made, of whatever kind (ws_holders_others) */
  _Atomic uint32_t arriving;      /* copies under way over Unix sockets */
  _Atomic int64_t arriving_ms;    /* since when the last of them has been, CLOCK_MONOTONIC */
  struct ws_holder_block holders; /* the first of its blocks */

  struct ws_lock read_lock;  /* guards what is decoded, phase changes, buffer of kept output */
  struct ws_lock write_lock; /* guards encoder */
  bool decoding;             /* in the middle of a message: ws_state_decoder_get */
  struct ws_encoder encoder;
  struct ws_reply reply;

  _Atomic uint32_t noted;     /* raw bytes of the client's that were read, and of which heard_ms and moved_ms tell */
  _Atomic int64_t heard_ms;   /* when bytes of the client's were decoded last, CLOCK_MONOTONIC_COARSE */
  _Atomic int64_t pinged_ms;  /* when the Ping went out that is not answered yet, likewise; 0 none */
  struct ws_progress to_ping; /* since the Ping, or the last look for its answer */
  _Atomic int64_t moved_ms;   /* when payload was last seen to move, likewise, as far as --idle-timeout wants to know */
  _Atomic int64_t idle_since_ms; /* when the Close went out for want of that, or was last seen to get ahead; 0 none */
  struct ws_progress to_idle;    /* since --idle-timeout has looked at it last */
  _Atomic int64_t accepted_ms;   /* CLOCK_MONOTONIC */
  int64_t deadline_ms;           /* of the handshake, likewise */
  _Atomic uint64_t bytes_in;     /* payload */
  _Atomic uint64_t bytes_out;
  union ws_address peer;
};

/* A listening socket that a process of the tree has opened, for the launcher's report. */
struct ws_listener {
  _Atomic uint32_t used;
  pid_t pid;
  uint16_t port;
  bool wrapped;
  union ws_address address;
  char command[16];
};

/* All zero, but for version and layout, is the initial state. */
struct ws_state {
  char version[16];
  uint32_t layout;                          /* sizeof(struct ws_state): a guard against mixed builds */
  _Atomic uint32_t live;                    /* connections in use: while 0, nothing needs to be looked up */
  _Atomic bool lowat_set;                   /* some process has set SO_RCVLOWAT on some socket */
  _Atomic bool recorder_slow;               /* nobody waits for the recorder any more */
  _Atomic uint32_t listening;               /* wrapped listeners ever opened */
  _Atomic uint32_t forks;                   /* ever begun: gives each its number */
  _Atomic uint32_t entered[WS_STATE_FORKS]; /* numbers of forks whose child has entered itself as a holder */
  _Atomic uint32_t holder_block_hand;       /* where the next free one is looked for first */
  struct ws_lock lock;   /* guards buckets, free list, slots' next and cookie; never held across a system call */
  uint32_t free_head;    /* slot + 1 */
  _Atomic uint32_t used; /* slots ever used: those at and above are untouched memory */
  uint32_t buckets[WS_STATE_CONNECTIONS]; /* slot + 1 */
  struct ws_listener listeners[WS_STATE_LISTENERS];
  _Atomic bool kept_used[WS_STATE_KEPT];
  uint8_t kept[WS_STATE_KEPT][WS_STATE_KEPT_BYTES];
  struct ws_connection connections[WS_STATE_CONNECTIONS];
  /* By slot. Apart, so that a connection for which there is nothing to remember does not touch this memory. */
  struct ws_decoder decoders[WS_STATE_CONNECTIONS];
  uint8_t reply_payloads[WS_STATE_CONNECTIONS][WS_CONTROL_PAYLOAD_MAX];
  struct ws_holder_block holder_blocks[WS_STATE_HOLDER_BLOCKS];
  struct ws_relay relay;
};

/* Creates the memory. Returns a descriptor at WS_FD_FLOOR or above that is inherited over exec, or -1 with errno. */
int ws_state_create(void);
/* Maps it. NULL when the descriptor is not such a memory of this version; errno is set then. Unmap: ws_state_unmap. */
struct ws_state *ws_state_map(int fd);
void ws_state_unmap(struct ws_state *state);

/* Takes a free slot for a connection and makes it findable, with its first holder: a child of another thread's fork may find it
 * at once, and must not take itself for the last one. Its phase is WS_PHASE_HANDSHAKE, all else but identity is zero.
 * WS_NO_SLOT when all are in use. */
uint32_t ws_state_open(struct ws_state *state, uint64_t cookie, pid_t holder);
/* The slot of a connection that is in use, or WS_NO_SLOT. */
uint32_t ws_state_find(struct ws_state *state, uint64_t cookie);
/* True when the slot is in use, by a connection that was accepted before that time (ms of CLOCK_MONOTONIC); its generation. */
bool ws_state_is_older(struct ws_state *state, uint32_t slot, int64_t before_ms, uint32_t *generation);
/* True for one caller, who ends the connection of that generation and frees its slot. Two processes may find at the same time
 * that they are the last, and the slot of the one be another connection's before the other comes to it. */
bool ws_state_finish(struct ws_state *state, uint32_t slot, uint32_t generation);
/* Marks the connection of that generation as orphaned. False when the slot is another one's by now. */
bool ws_state_orphan(struct ws_state *state, uint32_t slot, uint32_t generation);
/* Frees the slot, unless it is another generation's by now, and its buffer of kept output. Leaves it to a later sweep when a
 * signal handler runs on top of the lists. */
void ws_state_free(struct ws_state *state, uint32_t slot, uint32_t generation);

/* The decoder of an open connection: a copy for the holder of the read side, who puts it back when it has decoded something.
 * Between messages, where most connections are most of the time, nothing is kept of it. */
void ws_state_decoder_get(const struct ws_state *state, const struct ws_connection *connection,
                          struct ws_decoder *decoder);
void ws_state_decoder_put(struct ws_state *state, struct ws_connection *connection, const struct ws_decoder *decoder);

/* Kept output: reserves a buffer for the connection (false: none left), gives it back. */
bool ws_state_kept_take(struct ws_state *state, struct ws_connection *connection);
void ws_state_kept_drop(struct ws_state *state, struct ws_connection *connection);

/* Remembers a listener, as long as there is room. An entry is complete when its `used` is 2. */
void ws_state_add_listener(struct ws_state *state, pid_t pid, const char *command, const union ws_address *address,
                           bool wrapped);
/* True when a listener on that port has been remembered. */
bool ws_state_listens(struct ws_state *state, uint16_t port);

#endif
