// Starting a program in a child process. It knows nothing of waiting, logs and targets.
//
// posix_spawn(3) cannot set the parent death signal, and hands out no pidfd. Hence its method, by hand: a
// child made by clone(2) with CLONE_VM and CLONE_VFORK runs on a stack of its own in the parent's memory,
// copying nothing, while the calling thread stands still until execve(2) or its end.
#pragma once

#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// clone(2) by its other name in glibc, as the thread sanitizer puts in place of the first one that copes with no
// CLONE_VM.
extern int __clone(
    int (*_Nonnull)(void *_Nullable), void *_Nullable, int, void *_Nullable, ...) __attribute__((__nothrow__));

enum sysbuild_spawn_step {
  sysbuild_spawn_step_fork,
  sysbuild_spawn_step_group,
  sysbuild_spawn_step_descriptors,
  sysbuild_spawn_step_directory,
  sysbuild_spawn_step_execute,
};

struct sysbuild_spawn {
  const char *_Nonnull program;
  char *_Nullable const *_Nonnull arguments;    // NULL at the end
  char *_Nullable const *_Nonnull environment;  // NULL at the end
  const char *_Nullable directory;              // NULL: the caller's
  int streams[3];                               // what becomes descriptors 0, 1 and 2
  const int *_Nullable inherited;               // descriptors of 3 and above that stay open as they are
  size_t inherited_count;
  int group;                                    // the process group that it joins; 0 for one of its own
  int kept[2];                                  // what the supervisor, if there is one, keeps open; -1 for none
  // Out:
  int pid;
  int pidfd;  // close-on-exec
  enum sysbuild_spawn_step failed_step;
  int failed_errno;  // 0 after success
  // Private:
  int parent;
};

// Closes every descriptor of 3 and above, or with `at_exec` marks it close-on-exec.
static inline int sysbuild_close_from_3(int at_exec) {
  const unsigned close_range_cloexec = 1u << 2;
#if defined(SYS_close_range)
  if (syscall(SYS_close_range, 3u, ~0u, at_exec ? close_range_cloexec : 0u) == 0) return 0;
#endif
  // A kernel before 5.11.
  long limit = sysconf(_SC_OPEN_MAX);
  for (int fd = 3; fd < (limit < 0 ? 65536 : limit); ++fd) {
    int result = at_exec ? fcntl(fd, F_SETFD, FD_CLOEXEC) : close(fd);
    if (result != 0 && errno != EBADF) return -1;
  }
  return 0;
}

// Closes every descriptor but these three, which become 0, 1 and 2; -1 stands for none.
static inline int sysbuild_close_all_but(int first, int second, int third) {
  int kept[3] = {first, second, third};
  for (int i = 0; i < 3; ++i) {
    if (kept[i] >= 0 && (kept[i] = fcntl(kept[i], F_DUPFD, 3)) < 0) return -1;
  }
  for (int i = 0; i < 3; ++i) close(i);
  for (int i = 0; i < 3; ++i) {
    if (kept[i] >= 0 && dup2(kept[i], i) < 0) return -1;
  }
  return sysbuild_close_from_3(0);
}

// A sanitizer must not keep its books here, which are the parent's: a call that never returns would stay in them. Hence
// also the end by returning the exit status, a mere system call, whereas _exit(2) may be a sanitizer's.
__attribute__((disable_sanitizer_instrumentation)) static inline int sysbuild_spawn_child(void *_Nullable argument) {
  struct sysbuild_spawn *spawn = (struct sysbuild_spawn *)argument;

  // 1. Its group, before anything can fail or start, so that a signal to the group reaches all of it.
  spawn->failed_step = sysbuild_spawn_step_group;
  if (setpgid(0, spawn->group) != 0) goto failed;

  // 2. SIGKILL when the thread that spawned it dies; if that has happened already, nobody would send it.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) goto failed;
  if (getppid() != spawn->parent) return 127;

  // 3. Default handlers while every signal is still blocked: a handler of the parent's would run here in
  // the parent's memory. What is refused (SIGKILL, SIGSTOP, the C library's own two) needs none.
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &standard, NULL);

  // 4. The streams. Those that lie in 0..2 move out of the way first, or one dup2 would overwrite
  // another's source; dup2 also clears close-on-exec, but not from a descriptor to itself.
  spawn->failed_step = sysbuild_spawn_step_descriptors;
  int streams[3];
  for (int i = 0; i < 3; ++i) {
    streams[i] = spawn->streams[i];
    if (streams[i] <= 2 && (streams[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 3)) < 0) goto failed;
  }
  for (int i = 0; i < 3; ++i) {
    if (dup2(streams[i], i) < 0) goto failed;
  }
  if (sysbuild_close_from_3(1) != 0) goto failed;
  for (size_t i = 0; i < spawn->inherited_count; ++i) {
    if (fcntl(spawn->inherited[i], F_SETFD, 0) != 0) goto failed;
  }

  // 5. The directory before the program, whose name may be relative to it.
  spawn->failed_step = sysbuild_spawn_step_directory;
  if (spawn->directory && chdir(spawn->directory) != 0) goto failed;

  // 6. No signal blocked, last: from here on the child can die of one.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  spawn->failed_step = sysbuild_spawn_step_execute;
  execve(spawn->program, spawn->arguments, spawn->environment);

failed:
  spawn->failed_errno = errno;
  return 127;
}

// 0, or -1 with `failed_step` and `failed_errno` set. After -1 there is nothing to wait for.
static inline int sysbuild_spawn_start(struct sysbuild_spawn *_Nonnull spawn) {
  _Alignas(16) char stack[32768];
  const int clone_vm = 0x100, clone_vfork = 0x4000, clone_pidfd = 0x1000;  // <linux/sched.h>
  spawn->parent = getpid();
  spawn->pid = spawn->pidfd = -1;
  spawn->failed_errno = 0;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  spawn->pid = __clone(
      sysbuild_spawn_child, stack + sizeof stack, clone_vm | clone_vfork | clone_pidfd | SIGCHLD, spawn,
      &spawn->pidfd);
  if (spawn->pid < 0) {
    spawn->failed_step = sysbuild_spawn_step_fork;
    spawn->failed_errno = errno;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (spawn->failed_errno == 0) return 0;
  if (spawn->pid > 0) {
    siginfo_t ended;
    while (waitid(P_PID, (id_t)spawn->pid, &ended, WEXITED) != 0 && errno == EINTR) {}
    close(spawn->pidfd);
  }
  return -1;
}
