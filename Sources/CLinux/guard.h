// A process that kills process groups when the one that made it is gone, SIGKILL included. It knows nothing
// of what runs in them.
//
// The parent death signal reaches a command but not what the command started. The guard learns of the end of
// its maker by the end of a pipe whose only writer that is, and finds the groups in memory they share: a
// child enters its own (see child.h), so that there is no moment at which it runs and is not entered.
#pragma once

#include "child.h"
#include "shim.h"

#include <sys/mman.h>

struct sysbuild_guard {
  volatile int *_Nullable groups;  // 0: free; else the group's id, or -1 before it has one
  int count;
  int pipe;  // close-on-exec; closing it ends the guard
  int pid;
};

static inline void sysbuild_guard_watch(const struct sysbuild_guard *_Nonnull guard, int reading) {
  // Every signal stays blocked. A session of its own, no stream, no directory: nothing that the maker's
  // terminal, pipes or mounts would wait for.
  setsid();
  prctl(PR_SET_NAME, "sysbuild-guard");
  if (chdir("/") != 0 || dup2(reading, 0) != 0) _exit(1);
  for (int fd = 1; fd < 3; ++fd) close(fd);
  if (sysbuild_close_from_3(0) != 0) _exit(1);
  char byte;
  ssize_t got;
  do {
    got = read(0, &byte, 1);
  } while (got > 0 || (got < 0 && errno == EINTR));
  for (int i = 0; i < guard->count; ++i) {
    if (guard->groups[i] > 1) kill(-guard->groups[i], SIGKILL);
  }
  _exit(0);
}

// 0, or the errno of what failed.
static inline int sysbuild_guard_start(struct sysbuild_guard *_Nonnull guard) {
  guard->count = 1024;
  void *memory = mmap(
      NULL, (size_t)guard->count * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno;
  guard->groups = (volatile int *)memory;
  int ends[2], code = 0;
  if (pipe(ends) != 0) {
    code = errno;
    munmap(memory, (size_t)guard->count * sizeof(int));
    return code;
  }
  for (int i = 0; i < 2; ++i) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  guard->pid = fork();
  if (guard->pid < 0) code = errno;
  if (guard->pid == 0) {
    close(ends[1]);
    sysbuild_guard_watch(guard, ends[0]);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[0]);
  guard->pipe = ends[1];
  if (code != 0) {
    close(ends[1]);
    munmap(memory, (size_t)guard->count * sizeof(int));
  }
  return code;
}
