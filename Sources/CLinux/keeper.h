// A process that takes tokens out of a jobserver's pipe for sysbuild, and puts them back when sysbuild was killed. It
// knows nothing of jobs.
//
// Of a token that was taken only the taker knows, and SIGKILL asks nobody: the make that called would miss it until its
// end. So sysbuild does not take any itself: this process does, when it is asked to, and so knows at every moment which
// are taken. When the pipe of requests ends, which is when the last that has its other end is gone, it puts them back.
#pragma once

#include "child.h"

#include <signal.h>
#include <sys/prctl.h>

enum { sysbuild_take_token = '+', sysbuild_put_token_back = '-' };

// `pool` does not block. Each request is a byte, and so is its answer: 1 if it was done, else 0.
static inline _Noreturn void sysbuild_keep_tokens(int pool, int requests, int answers) {
  // What is typed at the terminal or sent to the group is not for it.
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
    // Who has died meanwhile asks no more.
    if (write(2, &answer, 1) != 1) continue;
  }
  while (count > 0 && write(0, held + count - 1, 1) == 1) --count;
  _exit(0);
}

// The id of such a process; -1 with errno if there is none.
static inline int sysbuild_start_keeper(int pool, int requests, int answers) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int keeper = fork(), code = errno;
  if (keeper == 0) sysbuild_keep_tokens(pool, requests, answers);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = code;
  return keeper;
}
