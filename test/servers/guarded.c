#include "guarded.h"

#include <sys/mman.h>
#include <unistd.h>

#include "server.h"

void *guarded_bytes(size_t len) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t whole = (len + page - 1) / page * page;
  char *area = mmap(NULL, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED) server_fail("mmap");
  if (mprotect(area + whole, page, PROT_NONE) < 0) server_fail("mprotect");
  return area + whole - len;
}
