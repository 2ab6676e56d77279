/* A client that measures:
 *
 *   bench-load --port N [--dialect tcp|rfc6455|base64|hixie76] [--mode MODE] [--size BYTES] [--connections N]
 *              [--seconds S] [--session ID]… [--direct N]
 *
 * MODE is one of
 *   rtt            round trips of one message, one at a time
 *   echo           messages sent and echoed
 *   sink, source   messages sent, or received
 *   connect        connect, handshake, one byte there and back, close, as often as it goes
 *   connect-close  the same with a Close frame, which the server answers, before the close
 *   idle           so many connections, kept until standard input ends
 *
 * The server, or what stands behind it, is bench-server (purpose.h). --direct is its own port when something stands before
 * it: there a sink is asked what it has taken, since a question behind all that waits in a proxy would come late.
 *
 * All bytes are verified. One line of JSON tells the result; "cpu" are the seconds on a CPU that the processes of the
 * sessions have spent meanwhile, "load_cpu" those of the load. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "load.h"
#include "purpose.h"
#include "stream.h"

void load_fail(const char *what) {
  fprintf(stderr, "bench-load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static double seconds_of(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) < 0) return 0;
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double load_now(void) {
  return seconds_of(CLOCK_MONOTONIC);
}

double load_own_cpu(void) {
  return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static bool is_measured(const struct load *load, const char *pid) {
  char path[64], line[512] = "";
  int session = 0;
  snprintf(path, sizeof path, "/proc/%.16s/stat", pid);
  FILE *file = fopen(path, "re");
  if (file == NULL) return false;
  char *name_end = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
  fclose(file);
  if (name_end == NULL || sscanf(name_end + 1, " %*c %*d %*d %d", &session) != 1) return false;
  for (unsigned i = 0; i < load->session_count; i++)
    if (load->sessions[i] == session) return true;
  return false;
}

/* What /proc tells lags behind by up to a tick, which is much of a short measurement. */
static double cpu_of(pid_t pid) {
  clockid_t clock;
  return clock_getcpuclockid(pid, &clock) == 0 ? seconds_of(clock) : 0;
}

double load_cpu(const struct load *load) {
  double sum = 0;
  DIR *processes = load->session_count > 0 ? opendir("/proc") : NULL;
  for (struct dirent *entry; processes != NULL && (entry = readdir(processes)) != NULL;) {
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && is_measured(load, entry->d_name))
      sum += cpu_of(atoi(entry->d_name));
  }
  if (processes != NULL) closedir(processes);
  return sum;
}

static const struct option options[] = {
    {"port", required_argument, NULL, 'p'},
    {"dialect", required_argument, NULL, 'd'},
    {"mode", required_argument, NULL, 'm'},
    {"size", required_argument, NULL, 's'},
    {"connections", required_argument, NULL, 'c'},
    {"seconds", required_argument, NULL, 't'},
    {"session", required_argument, NULL, 'w'},
    {"direct", required_argument, NULL, 'x'},
    {0},
};

static bool take_option(struct load *load, const char **mode, int option) {
  switch (option) {
    case 'p':
      load->port = (uint16_t)atoi(optarg);
      return load->port != 0;
    case 'd':
      return wire_dialect_from_name(optarg, &load->dialect);
    case 'm':
      *mode = optarg;
      return true;
    case 's':
      load->size = strtoul(optarg, NULL, 10);
      return load->size > 0;
    case 'c':
      load->connections = (unsigned)atoi(optarg);
      return load->connections > 0;
    case 't':
      load->seconds = atof(optarg);
      return load->seconds > 0;
    case 'w':
      if (load->session_count == LOAD_SESSIONS_MAX) return false;
      load->sessions[load->session_count++] = atoi(optarg);
      return true;
    case 'x':
      load->direct = (uint16_t)atoi(optarg);
      return load->direct != 0;
    default:
      return false;
  }
}

static bool run(const struct load *load, const char *mode) {
  if (strcmp(mode, "rtt") == 0) {
    load_round_trips(load);
  } else if (strcmp(mode, "echo") == 0) {
    load_stream(load, PURPOSE_ECHO);
  } else if (strcmp(mode, "sink") == 0) {
    load_stream(load, PURPOSE_SINK);
  } else if (strcmp(mode, "source") == 0) {
    load_stream(load, PURPOSE_SOURCE);
  } else if (strcmp(mode, "connect") == 0) {
    load_connects(load, false);
  } else if (strcmp(mode, "connect-close") == 0) {
    load_connects(load, true);
  } else if (strcmp(mode, "idle") == 0) {
    load_idle(load);
  } else {
    return false;
  }
  return true;
}

int main(int argc, char **argv) {
  struct load load = {.size = 1024, .connections = 1, .seconds = 1};
  const char *mode = "echo";
  struct rlimit files;
  int option;
  bool good = true;
  while (good && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
    good = take_option(&load, &mode, option);
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  signal(SIGPIPE, SIG_IGN);
  stream_begin();
  if (!good || optind != argc || load.port == 0 || !run(&load, mode)) {
    fprintf(stderr, "bench-load: a wrong option; see the head of test/bench/load.c\n");
    return 2;
  }
  return 0;
}
