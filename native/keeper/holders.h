/* Which processes belong to the wrapped tree: those that hold its shared state, as a descriptor or mapped, although they may
 * have left their parent, their session and their environment. */
#ifndef WS_KEEPER_HOLDERS_H
#define WS_KEEPER_HOLDERS_H

#include <sys/types.h>

/* A process that holds the memory behind the descriptor, or -1 when there is none. The caller and `other` do not count.
 * `number` is what the descriptor is called in the tree. */
pid_t keeper_find_holder(int state, int number, pid_t other);

#endif
