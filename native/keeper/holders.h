/* Which processes belong to the wrapped tree: those that hold its shared state, as a descriptor or mapped, although they may
 * have left their parent, their session and their environment. */
#ifndef WS_KEEPER_HOLDERS_H
#define WS_KEEPER_HOLDERS_H

#include <stdbool.h>
#include <sys/types.h>

/* True when the process holds the memory behind the descriptor, which is called `number` in the tree. One that may not be looked
 * at (prctl(2), PR_SET_DUMPABLE) is believed to, if it has opened a listener. */
bool keeper_is_holder(pid_t pid, int state, int number);
/* Such a process, or -1 when there is none. The caller and `other` do not count. */
pid_t keeper_find_holder(int state, int number, pid_t other);

#endif
