// A process that gives back what sysbuild held when it was killed. It knows nothing of jobs.
//
// Of a token that was taken out of a jobserver's pipe only the taker knows, and SIGKILL asks nobody: the make that
// called would miss it until its end. So each token that is taken or put back is said, in two bytes, to a process
// that does nothing but listen. When the pipe ends, which is when the last that has its other end is gone, it puts
// back what was taken and not put back. Between a token's own read or write and its two bytes lie a few
// microseconds in which a kill still deceives it.
#pragma once

#include "child.h"

#include <signal.h>
#include <sys/prctl.h>

enum { sysbuild_token_taken = '+', sysbuild_token_put_back = '-' };

static inline _Noreturn void sysbuild_keep_tokens(int pool, int changes) {
  // What is typed at the terminal or sent to the group is not for it.
  setsid();
  prctl(PR_SET_NAME, "build-tokens");
  if (chdir("/") != 0 || sysbuild_close_all_but(pool, changes) != 0) _exit(127);
  char held[1 << 16], change[2];
  size_t count = 0;
  while (read(1, change, sizeof change) == sizeof change) {
    if (change[0] == sysbuild_token_put_back) {
      count -= count > 0;
    } else if (count < sizeof held) {
      held[count++] = change[1];
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if (write(0, held + i, 1) != 1) break;
  }
  _exit(0);
}

// The id of a process that keeps the tokens of `pool` and reads `changes`; -1 with errno if there is none.
static inline int sysbuild_start_keeper(int pool, int changes) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int keeper = fork(), code = errno;
  if (keeper == 0) sysbuild_keep_tokens(pool, changes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = code;
  return keeper;
}
