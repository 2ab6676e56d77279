/* The same conversation on stdin and stdout as test/real-servers/programs/lines.sh, in C's own streams: what inetd starts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void many(int count) {
  for (int i = 1; i <= count; i++) {
    printf("%d\n", i);
  }
}

int main(void) {
  char word[16];
  char *rest = NULL;
  size_t size = 0;
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  printf("ready, pid %d\n", (int)getpid());
  while (scanf("%15s", word) == 1 && getc(stdin) != EOF) {
    if (strcmp(word, "quit") == 0 || getline(&rest, &size, stdin) < 0) break;
    rest[strcspn(rest, "\n")] = '\0';
    if (strcmp(word, "hello") == 0) {
      fputs("hello, ", stdout);
      fwrite(rest, 1, strlen(rest), stdout);
      putchar('\n');
    } else if (strcmp(word, "many") == 0) {
      many(atoi(rest));
    } else {
      break;
    }
  }
  puts("bye");
  free(rest);
  return 0;
}
