/* wswrap-exec PATH [ARGUMENT]...
 *
 * Executes the program with these arguments, the first of which is its name. The library has posix_spawn(3) start this in place
 * of a program that it cannot be loaded into; here it sees which descriptors that program is going to have. */
#include <unistd.h>

#define NOT_EXECUTED 127

int main(int argc, char **argv) {
  if (argc > 1) {
    execv(argv[1], argv + 2);
  }
  return NOT_EXECUTED;
}
