// A conversation on std::cin and std::cout, which inetd or its like has made of a connection; on their own buffers when it is
// built so (OWN_BUFFERS), else on those of C. Commands, one a line:
//   hello X    "hello, X"
//   take N     N bytes that follow the line, and as many back, in one piece behind a word
//   some       says "waiting"; when there is something, how many characters can be had without waiting (in_avail), how many
//              readsome gets of them, and these
//   quit       "bye"
#include <poll.h>

#include <iostream>
#include <string>

static void take(std::size_t size) {
  std::string bytes(size, '\0');
  std::cin.read(bytes.data(), static_cast<std::streamsize>(size));
  std::cout << "taken " << std::cin.gcount() << ' ';
  std::cout.write(bytes.data(), std::cin.gcount());
  std::cout << std::endl;
}

static void some() {
  char bytes[100];
  pollfd watched = {0, POLLIN, 0};
  std::cout << "waiting" << std::endl;
  if (poll(&watched, 1, -1) != 1) return;
  std::streamsize there = std::cin.rdbuf()->in_avail();
  std::streamsize got = std::cin.readsome(bytes, sizeof bytes);
  std::cout << there << ' ' << got << ' ' << std::string(bytes, static_cast<std::size_t>(got)) << std::endl;
}

int main() {
#ifdef OWN_BUFFERS
  std::ios::sync_with_stdio(false);
#endif
  std::string line;
  std::cout << "ready" << std::endl;
  while (std::getline(std::cin, line) && line != "quit") {
    if (line.rfind("hello ", 0) == 0) std::cout << "hello, " << line.substr(6) << std::endl;
    if (line.rfind("take ", 0) == 0) take(std::stoul(line.substr(5)));
    if (line == "some") some();
  }
  std::cout << (std::cin.eof() ? "end" : "bye") << std::endl;
}
