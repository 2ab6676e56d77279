/* Recordings as they are written: every byte value, long payload, a full disk, several processes at the same file. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../core/support.h"
#include "recording/counter.h"
#include "recording/recording.h"

#define PROCESSES 4
#define RECORDS 400

static char path[] = "/tmp/wswrap-recording-XXXXXX";
static const struct ws_recording_about about = {"192.0.2.1:80", "rfc6455", "binary", 1290000000123};

static void expect_line(const char *subject_text, const char *payload, size_t len, const char *expected) {
  char line[WS_RECORDING_LINE_MAX];
  subject("%s", subject_text);
  size_t written = ws_recording_line(WS_RECORDING_TO_CLIENT, 7, (const uint8_t *)payload, len, line);
  CHECK(same_bytes(line, written, expected, strlen(expected)));
}

static void test_lines(void) {
  expect_line("plain text", "RFB 003.008\n", 12, "'{7{RFB 003.008\\n',\n");
  expect_line("what could end the string", "'\\\r\t", 4, "'{7{\\'\\\\\\r\\t',\n");
  expect_line("not ASCII", "\0\x1f\x7f\x80\xe2\x80\xa8\xff", 8, "'{7{\\x00\\x1f\\x7f\\x80\\xe2\\x80\\xa8\\xff',\n");
  expect_line("markup stays what it is", "</script>\"{}", 12, "'{7{</script>\"{}',\n");
}

static void test_longest_line(void) {
  static uint8_t zeros[WS_RECORDING_PAYLOAD_MAX];
  char *line = (char *)flush(0, WS_RECORDING_LINE_MAX);
  subject("the longest line");
  size_t len = ws_recording_line(WS_RECORDING_FROM_CLIENT, INT64_MAX, zeros, sizeof zeros, line);
  CHECK(len <= WS_RECORDING_LINE_MAX && line[len - 1] == '\n');
}

static void test_head(void) {
  char head[WS_RECORDING_HEAD_MAX];
  const char *expected =
      "var VNC_frame_encoding = 'binary';\nvar VNC_frame_data = [\n"
      "// peer=192.0.2.1:80 dialect=rfc6455 subprotocol=binary started=2010-11-17T13:20:00.123Z\n";
  subject("the first lines");
  CHECK(same_bytes(head, ws_recording_head(&about, head), expected, strlen(expected)));

  char hostile[300];
  memset(hostile, '\n', sizeof hostile - 1);
  hostile[sizeof hostile - 1] = '\0';
  struct ws_recording_about bad = {hostile, hostile, hostile, 0};
  subject("first lines with a subprotocol that wants to be several");
  size_t len = ws_recording_head(&bad, head);
  size_t lines = 0;
  for (size_t i = 0; i < len; i++) {
    lines += head[i] == '\n';
  }
  CHECK(lines == 3);
}

static char *content(void) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  CHECK(fd >= 0 && fstat(fd, &info) == 0);
  char *text = calloc(1, (size_t)info.st_size + 1);
  CHECK(read(fd, text, (size_t)info.st_size) == info.st_size);
  close(fd);
  return text;
}

static void write_as(int fd, char letter) {
  char payload[WS_RECORDING_PAYLOAD_MAX];
  memset(payload, letter, sizeof payload);
  for (int i = 0; i < RECORDS; i++) {
    ws_recording_write(fd, WS_RECORDING_TO_CLIENT, i, payload, sizeof payload);
  }
}

/* Each line begins as a record does and holds one process's letter only. */
static bool is_whole(const char *line, size_t len) {
  const char *payload = strchr(line + 2, '{') + 1;
  size_t payload_len = len - (size_t)(payload - line) - 2;
  return line[0] == '\'' && payload_len == WS_RECORDING_PAYLOAD_MAX &&
         strspn(payload, (char[]){payload[0], 0}) == payload_len;
}

static void test_processes(void) {
  subject("several processes at the same file");
  int fd = ws_recording_create(path, &about);
  CHECK(fd >= 0);
  for (int i = 0; i < PROCESSES; i++) {
    if (fork() == 0) {
      write_as(fd, (char)('a' + i));
      _exit(0);
    }
  }
  while (wait(NULL) > 0) {
  }
  CHECK(ws_recording_end(fd));
  close(fd);
  char *text = content();
  char *line = strstr(text, "\n'");
  int whole = 0;
  for (line = line + 1; *line == '\'' && line[1] == '{'; whole++) {
    size_t len = strcspn(line, "\n");
    CHECK(is_whole(line, len));
    line += len + 1;
  }
  CHECK(whole == PROCESSES * RECORDS);
  CHECK(strcmp(line, WS_RECORDING_END) == 0);
  free(text);
}

static void test_existing(void) {
  subject("a file that is there already");
  CHECK(ws_recording_create(path, &about) == -1 && errno == EEXIST);
  CHECK(unlink(path) == 0);
}

static void test_full(void) {
  subject("a file that takes no more");
  struct rlimit small = {4096, RLIM_INFINITY};
  signal(SIGXFSZ, SIG_IGN);
  int fd = ws_recording_create(path, &about);
  CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
  static const char payload[3000];
  CHECK(!ws_recording_write(fd, WS_RECORDING_FROM_CLIENT, 0, payload, sizeof payload));
  CHECK(errno == EFBIG);
  CHECK(!ws_recording_end(fd));
  close(fd);
}

static void test_no_room(void) {
  subject("a file that does not take even the first lines is not left behind");
  struct rlimit none = {1, RLIM_INFINITY};
  CHECK(unlink(path) == 0 && setrlimit(RLIMIT_FSIZE, &none) == 0);
  CHECK(ws_recording_create(path, &about) == -1 && errno == EFBIG);
  CHECK(access(path, F_OK) == -1);
}

static void test_counter(void) {
  subject("the counter");
  int fd = ws_recording_counter_create();
  CHECK(fd >= 0 && fcntl(fd, F_GETFD) == 0);
  CHECK(ws_recording_counter_next(fd) == 1);
  for (int i = 0; i < PROCESSES; i++) {
    if (fork() == 0) {
      for (int j = 0; j < RECORDS; j++) {
        ws_recording_counter_next(fd);
      }
      _exit(0);
    }
  }
  while (wait(NULL) > 0) {
  }
  CHECK(ws_recording_counter_next(fd) == PROCESSES * RECORDS + 2);
  close(fd);
  CHECK(ws_recording_counter_next(fd) == 0 && errno == EBADF);
}

int main(void) {
  close(mkstemp(path));
  test_lines();
  test_longest_line();
  test_head();
  test_counter();
  test_existing();
  test_processes();
  test_existing();
  test_full();
  test_no_room();
  return finish();
}
