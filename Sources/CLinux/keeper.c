#include "keeper.h"

#include "internal.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static _Noreturn void keep_tokens(int pool, int requests, int answers) {
  // In a session of its own, signals from the terminal or to sysbuild's group do not reach it.
  setsid();
  prctl(PR_SET_NAME, "build-tokens");
  if (chdir("/") != 0 || sysbuild_close_all_but(pool, requests, answers) != 0) _exit(127);
  char held[1 << 16], request;
  size_t count = 0;
  while (read(1, &request, 1) == 1) {
    char answer = 0;
    if (request == sysbuild_take_token && count < sizeof held && read(0, held + count, 1) == 1) {
      ++count;
      answer = 1;
    } else if (request == sysbuild_put_token_back && count > 0 && write(0, held + count - 1, 1) == 1) {
      --count;
      answer = 1;
    }
    // If the reader is gone, the next read of a request ends the loop.
    if (write(2, &answer, 1) != 1) continue;
  }
  while (count > 0 && write(0, held + count - 1, 1) == 1) --count;
  _exit(0);
}

int sysbuild_start_keeper(int pool, int requests, int answers) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int keeper = fork(), code = errno;
  if (keeper == 0) keep_tokens(pool, requests, answers);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = code;
  return keeper;
}
