/* Which calls a signal's handler interrupts. */
#ifndef WS_PRELOAD_RESTART_H
#define WS_PRELOAD_RESTART_H

/* poll(2) is interrupted by every signal, a read of a socket without SO_RCVTIMEO only by those whose handler was installed
 * without SA_RESTART (signal(7)). Which one it was is not told. */
enum ws_signals {
  WS_SIGNALS_RESTART,   /* all handlers have SA_RESTART, or there is none */
  WS_SIGNALS_INTERRUPT, /* none has it */
  WS_SIGNALS_DIFFER
};
/* Leaves errno alone. */
enum ws_signals ws_signals(void);

#endif
