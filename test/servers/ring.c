/* Sets up an io_uring, by syscall(2) or with WITH_LIBURING by that library, and listens. */
#include <linux/io_uring.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef WITH_LIBURING
#include <liburing.h>
#endif

#include "server.h"

static void set_up(void) {
#ifdef WITH_LIBURING
  static struct io_uring ring;
  if (io_uring_queue_init(8, &ring, 0) < 0) server_fail("io_uring_queue_init");
#else
  struct io_uring_params params = {.flags = 0};
  if (syscall(SYS_io_uring_setup, 8, &params) < 0) server_fail("io_uring_setup");
#endif
}

int main(int argc, char **argv) {
  server_begin(argc, argv);
  set_up();
  server_listen();
  pause();
}
